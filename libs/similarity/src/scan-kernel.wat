;; Upper bounds of cosine similarity over int8 rows, four rows at a time.
;; Rows lie in groups of four, interleaved by eight codes: row 0 codes 0-7, row 1 codes 0-7, ..., row 0 codes 8-15, ...
(module
  (import "index" "memory" (memory 1 65536 shared))

  ;; Writes the positions (i32 at $found), upper bounds (f32 at $found + $room) and lower bounds (f32 at $found + 2 x $room) of the
  ;; rows whose upper bound is at least $threshold: scale x dot x $scale +- residual x $norm, with scale and residual of each row
  ;; as f32 at $scales and $residuals. $width: codes in a row, a multiple of 16. Gives how many rows it found.
  (func (export "scan")
    (param $query i32) (param $width i32) (param $rows i32) (param $groups i32) (param $scales i32) (param $residuals i32)
    (param $scale f32) (param $norm f32) (param $threshold f32) (param $found i32) (param $room i32)
    (result i32)
    (local $group i32) (local $at i32) (local $end i32) (local $count i32) (local $mask i32) (local $lane i32)
    (local $q v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $bounds v128) (local $lows v128)
    (local.set $end (i32.add (local.get $query) (i32.shl (local.get $width) (i32.const 1))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $group) (local.get $groups)))
        (local.set $a (v128.const i32x4 0 0 0 0))
        (local.set $b (v128.const i32x4 0 0 0 0))
        (local.set $c (v128.const i32x4 0 0 0 0))
        (local.set $d (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $query))
        (loop $codes
          (local.set $q (v128.load (local.get $at)))
          (local.set $a (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (local.get $q) (v128.load8x8_s (local.get $rows)))))
          (local.set $b (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (local.get $q) (v128.load8x8_s offset=8 (local.get $rows)))))
          (local.set $c (i32x4.add (local.get $c) (i32x4.dot_i16x8_s (local.get $q) (v128.load8x8_s offset=16 (local.get $rows)))))
          (local.set $d (i32x4.add (local.get $d) (i32x4.dot_i16x8_s (local.get $q) (v128.load8x8_s offset=24 (local.get $rows)))))
          (local.set $q (v128.load offset=16 (local.get $at)))
          (local.set $a (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (local.get $q) (v128.load8x8_s offset=32 (local.get $rows)))))
          (local.set $b (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (local.get $q) (v128.load8x8_s offset=40 (local.get $rows)))))
          (local.set $c (i32x4.add (local.get $c) (i32x4.dot_i16x8_s (local.get $q) (v128.load8x8_s offset=48 (local.get $rows)))))
          (local.set $d (i32x4.add (local.get $d) (i32x4.dot_i16x8_s (local.get $q) (v128.load8x8_s offset=56 (local.get $rows)))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 64)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $codes (i32.lt_u (local.get $at) (local.get $end))))
        ;; The four sums of four lanes each become the four lanes of one vector.
        (local.set $a (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
        (local.set $c (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d))))
        (local.set $a (i32x4.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c))))
        (local.set $a (f32x4.mul
          (f32x4.mul (f32x4.convert_i32x4_s (local.get $a)) (f32x4.splat (local.get $scale)))
          (v128.load (local.get $scales))))
        (local.set $b (f32x4.mul (v128.load (local.get $residuals)) (f32x4.splat (local.get $norm))))
        (local.set $bounds (f32x4.add (local.get $a) (local.get $b)))
        (local.set $mask (i32x4.bitmask (f32x4.ge (local.get $bounds) (f32x4.splat (local.get $threshold)))))
        (if (local.get $mask)
          (then
            (local.set $lows (f32x4.sub (local.get $a) (local.get $b)))
            (loop $lanes
              (local.set $lane (i32.ctz (local.get $mask)))
              (i32.store
                (i32.add (local.get $found) (i32.shl (local.get $count) (i32.const 2)))
                (i32.add (i32.shl (local.get $group) (i32.const 2)) (local.get $lane)))
              ;; Rotates the lane to the front.
              (local.set $q (i8x16.add
                (i8x16.splat (i32.shl (local.get $lane) (i32.const 2)))
                (v128.const i8x16 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3)))
              (local.set $at (i32.add (i32.add (local.get $found) (local.get $room)) (i32.shl (local.get $count) (i32.const 2))))
              (i32.store (local.get $at) (i32x4.extract_lane 0 (i8x16.swizzle (local.get $bounds) (local.get $q))))
              (i32.store
                (i32.add (local.get $at) (local.get $room))
                (i32x4.extract_lane 0 (i8x16.swizzle (local.get $lows) (local.get $q))))
              (local.set $count (i32.add (local.get $count) (i32.const 1)))
              (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
              (br_if $lanes (local.get $mask)))))
        (local.set $scales (i32.add (local.get $scales) (i32.const 16)))
        (local.set $residuals (i32.add (local.get $residuals) (i32.const 16)))
        (local.set $group (i32.add (local.get $group) (i32.const 1)))
        (br $next)))
    (local.get $count))

  ;; Writes the 8-bit codes of the $dimension f32 at $vector where they lie in a group, from $codes on, and as f64 at $sizes: the
  ;; sum of squares, and the sum of squares of what the codes leave out. $perCode: codes to 1, such that none exceeds 127.
  (func (export "encode")
    (param $vector i32) (param $dimension i32) (param $codes i32) (param $scale f64) (param $perCode f64) (param $sizes i32)
    (result i32)
    (local $at i32) (local $value f64) (local $code f64) (local $square f64) (local $left f64)
    (loop $next
      (local.set $value (f64.promote_f32 (f32.load (i32.add (local.get $vector) (i32.shl (local.get $at) (i32.const 2))))))
      (local.set $code (f64.floor (f64.add (f64.mul (local.get $value) (local.get $perCode)) (f64.const 0.5))))
      ;; Eight codes, then the three other rows' eight.
      (i32.store8
        (i32.add (local.get $codes)
          (i32.add
            (i32.shl (i32.shr_u (local.get $at) (i32.const 3)) (i32.const 5))
            (i32.and (local.get $at) (i32.const 7))))
        (i32.trunc_f64_s (local.get $code)))
      (local.set $square (f64.add (local.get $square) (f64.mul (local.get $value) (local.get $value))))
      (local.set $value (f64.sub (local.get $value) (f64.mul (local.get $scale) (local.get $code))))
      (local.set $left (f64.add (local.get $left) (f64.mul (local.get $value) (local.get $value))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $dimension))))
    (f64.store (local.get $sizes) (local.get $square))
    (f64.store offset=8 (local.get $sizes) (local.get $left))
    (i32.const 0))

  ;; Reads every byte from $from to $to (a multiple of 64 apart) once: the rate at which the memory can be read.
  (func (export "read") (param $from i32) (param $to i32) (result i32)
    (local $a v128) (local $b v128)
    (loop $next
      (local.set $a (v128.or (local.get $a) (v128.or (v128.load (local.get $from)) (v128.load offset=16 (local.get $from)))))
      (local.set $b (v128.or (local.get $b) (v128.or (v128.load offset=32 (local.get $from)) (v128.load offset=48 (local.get $from)))))
      (local.set $from (i32.add (local.get $from) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $to))))
    (i32x4.extract_lane 0 (v128.or (local.get $a) (local.get $b)))))
