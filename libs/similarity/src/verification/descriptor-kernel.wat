;; Similarities of one descriptor to many, each in four attitudes at once.
;; A descriptor is 64 i16 in eight vectors; lanes 2k and 2k+1 of each hold its part of symmetry k (descriptor-parts.ts), so
;; that a dot product leaves one sum a symmetry, and their Walsh-Hadamard transform is the four attitudes' dot products.
(module
  (import "pair" "memory" (memory 1))

  ;; Writes index (i32 at $indices) and four similarities (f32x4 at $values) of each descriptor that reaches $threshold in
  ;; one attitude: as it is, mirrored, turned by half, both. similarity = dot x $factor x factor of the descriptor.
  ;; Gives how many there are.
  (func (export "match")
    (param $query i32) (param $factor f32) (param $rows i32) (param $factors i32) (param $count i32) (param $threshold f32)
    (param $indices i32) (param $values i32) (result i32)
    (local $row i32) (local $found i32) (local $sum v128)
    (local $q0 v128) (local $q1 v128) (local $q2 v128) (local $q3 v128) (local $q4 v128) (local $q5 v128) (local $q6 v128) (local $q7 v128)
    (local.set $q0 (v128.load (local.get $query)))
    (local.set $q1 (v128.load offset=16 (local.get $query)))
    (local.set $q2 (v128.load offset=32 (local.get $query)))
    (local.set $q3 (v128.load offset=48 (local.get $query)))
    (local.set $q4 (v128.load offset=64 (local.get $query)))
    (local.set $q5 (v128.load offset=80 (local.get $query)))
    (local.set $q6 (v128.load offset=96 (local.get $query)))
    (local.set $q7 (v128.load offset=112 (local.get $query)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $row) (local.get $count)))
        (local.set $sum (i32x4.add
          (i32x4.add
            (i32x4.add
              (i32x4.dot_i16x8_s (local.get $q0) (v128.load (local.get $rows)))
              (i32x4.dot_i16x8_s (local.get $q1) (v128.load offset=16 (local.get $rows))))
            (i32x4.add
              (i32x4.dot_i16x8_s (local.get $q2) (v128.load offset=32 (local.get $rows)))
              (i32x4.dot_i16x8_s (local.get $q3) (v128.load offset=48 (local.get $rows)))))
          (i32x4.add
            (i32x4.add
              (i32x4.dot_i16x8_s (local.get $q4) (v128.load offset=64 (local.get $rows)))
              (i32x4.dot_i16x8_s (local.get $q5) (v128.load offset=80 (local.get $rows))))
            (i32x4.add
              (i32x4.dot_i16x8_s (local.get $q6) (v128.load offset=96 (local.get $rows)))
              (i32x4.dot_i16x8_s (local.get $q7) (v128.load offset=112 (local.get $rows)))))))
        (local.set $sum (i32x4.add
          (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $sum) (local.get $sum))
          (i32x4.mul (local.get $sum) (v128.const i32x4 1 -1 1 -1))))
        (local.set $sum (i32x4.add
          (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $sum) (local.get $sum))
          (i32x4.mul (local.get $sum) (v128.const i32x4 1 1 -1 -1))))
        (local.set $sum (f32x4.mul
          (f32x4.convert_i32x4_s (local.get $sum))
          (f32x4.splat (f32.mul (local.get $factor)
            (f32.load (i32.add (local.get $factors) (i32.shl (local.get $row) (i32.const 2))))))))
        (if (v128.any_true (f32x4.ge (local.get $sum) (f32x4.splat (local.get $threshold))))
          (then
            (i32.store (i32.add (local.get $indices) (i32.shl (local.get $found) (i32.const 2))) (local.get $row))
            (v128.store (i32.add (local.get $values) (i32.shl (local.get $found) (i32.const 4))) (local.get $sum))
            (local.set $found (i32.add (local.get $found) (i32.const 1)))))
        (local.set $rows (i32.add (local.get $rows) (i32.const 128)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $next)))
    (local.get $found)))
