;; A symmetric filter of f32 values along one direction. Multiplications and additions of each value are rounded in one fixed
;; order, so that it is the same on every processor.
(module
  (import "planes" "memory" (memory 1))

  ;; $height rows of $width values from $target on: each the value in its place of $source, times $weights[0], and the two
  ;; values $k steps before and behind it, times $weights[$k], for k from 1 to $radius. Rows of the source lie $stride bytes
  ;; apart, the values before and behind $step bytes. Rows are written in order, eight values at a time: up to seven values
  ;; behind the last row are written too.
  (func (export "filter")
    (param $source i32) (param $stride i32) (param $step i32) (param $target i32) (param $width i32) (param $height i32)
    (param $weights i32) (param $radius i32) (result i32)
    (local $row i32) (local $at i32) (local $end i32) (local $before i32) (local $behind i32) (local $weight i32) (local $last i32)
    (local $w v128) (local $a v128) (local $b v128)
    (local.set $last (i32.add (local.get $weights) (i32.shl (local.get $radius) (i32.const 2))))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $row) (local.get $height)))
        (local.set $at (local.get $source))
        (local.set $end (i32.add (local.get $source) (i32.shl (local.get $width) (i32.const 2))))
        (loop $values
          (local.set $w (v128.load32_splat (local.get $weights)))
          (local.set $a (f32x4.mul (local.get $w) (v128.load (local.get $at))))
          (local.set $b (f32x4.mul (local.get $w) (v128.load offset=16 (local.get $at))))
          (local.set $before (local.get $at))
          (local.set $behind (local.get $at))
          (local.set $weight (local.get $weights))
          (loop $taps
            (local.set $before (i32.sub (local.get $before) (local.get $step)))
            (local.set $behind (i32.add (local.get $behind) (local.get $step)))
            (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
            (local.set $w (v128.load32_splat (local.get $weight)))
            (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $w)
              (f32x4.add (v128.load (local.get $before)) (v128.load (local.get $behind))))))
            (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $w)
              (f32x4.add (v128.load offset=16 (local.get $before)) (v128.load offset=16 (local.get $behind))))))
            (br_if $taps (i32.lt_u (local.get $weight) (local.get $last))))
          (v128.store (local.get $target) (local.get $a))
          (v128.store offset=16 (local.get $target) (local.get $b))
          (local.set $target (i32.add (local.get $target) (i32.const 32)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $values (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $target (i32.sub (local.get $target) (i32.sub (local.get $at) (local.get $end))))
        (local.set $source (i32.add (local.get $source) (local.get $stride)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $rows)))
    (local.get $row)))
