;; Rows of 8-bit codes as a matrix product wants them, and of many products those that may be among the highest of their query.
(module
  (import "index" "memory" (memory 1))

  ;; Writes $groups groups of four rows, interleaved by eight codes as scan-kernel.wat has them, to $rows, one row after the other, each
  ;; code plus 128. $width: codes in a row, a multiple of 16.
  (func (export "spread") (param $codes i32) (param $groups i32) (param $width i32) (param $rows i32) (result i32)
    (local $at i32) (local $second i32) (local $third i32) (local $fourth i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $nextGroup
      (local.set $second (i32.add (local.get $rows) (local.get $width)))
      (local.set $third (i32.add (local.get $second) (local.get $width)))
      (local.set $fourth (i32.add (local.get $third) (local.get $width)))
      (local.set $at (i32.const 0))
      (loop $nextCodes
        (local.set $a (v128.xor (v128.load (local.get $codes)) (i8x16.splat (i32.const 128))))
        (local.set $b (v128.xor (v128.load offset=16 (local.get $codes)) (i8x16.splat (i32.const 128))))
        (local.set $c (v128.xor (v128.load offset=32 (local.get $codes)) (i8x16.splat (i32.const 128))))
        (local.set $d (v128.xor (v128.load offset=48 (local.get $codes)) (i8x16.splat (i32.const 128))))
        (v128.store (i32.add (local.get $rows) (local.get $at))
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c)))
        (v128.store (i32.add (local.get $second) (local.get $at))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c)))
        (v128.store (i32.add (local.get $third) (local.get $at))
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $b) (local.get $d)))
        (v128.store (i32.add (local.get $fourth) (local.get $at))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $b) (local.get $d)))
        (local.set $codes (i32.add (local.get $codes) (i32.const 64)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $nextCodes (i32.lt_u (local.get $at) (local.get $width))))
      (local.set $rows (i32.add (local.get $fourth) (local.get $width)))
      (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
      (br_if $nextGroup (local.get $groups)))
    (i32.const 0))

  ;; Looks at $rows rows of $width i32 dot products at $dots ($width a multiple of 16; row r is slot $first + r, with its scale and
  ;; residual as f32 at $scales and $residuals, zero behind the last row up to a multiple of 4) for those whose upper bound,
  ;;   scale x query's scale x dot + residual x query's norm + query's slack,
  ;; is not below what their query wants, and writes slot (i32) and upper bound (f32) of each to the query's list of $room pairs at
  ;; $lists. At $queries lie arrays of $stride bytes, by query:
  ;;   0 what a dot times its row's scale must reach to be looked at (f32, this function's own); 1 what an upper bound must reach (f32);
  ;;   2 scale; 3 norm; 4 slack (f32); 5 how many are in its list (i32); 6 a slot that is passed over (i32).
  ;; The lower bound of every row kept (residual and slack taken away instead, at most 1) goes through the query's heap of the $limit
  ;; highest (f32 at $heaps, the least first), whose least, once above -1, is what an upper bound must reach. A list that is full of
  ;; rows that reach it gets the count -1, and its query wants infinity. $margin: more than all roundings of a bound.
  (func (export "sift")
    (param $dots i32) (param $rows i32) (param $width i32) (param $first i32) (param $scales i32) (param $residuals i32)
    (param $queries i32) (param $stride i32) (param $lists i32) (param $room i32) (param $heaps i32) (param $limit i32)
    (param $margin f32)
    (result i32)
    (local $row i32) (local $query i32) (local $at i32) (local $mask i32) (local $quarter i32) (local $most v128) (local $scale v128)
    (local $largest f32)
    ;; The largest residual of these rows.
    (loop $nextResiduals
      (local.set $most (f32x4.max (local.get $most)
        (v128.load (i32.add (local.get $residuals) (i32.shl (local.get $row) (i32.const 2))))))
      (local.set $row (i32.add (local.get $row) (i32.const 4)))
      (br_if $nextResiduals (i32.lt_u (local.get $row) (local.get $rows))))
    (local.set $largest (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
      (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most)))))
    (loop $nextQuery
      (call $want (i32.add (local.get $queries) (i32.shl (local.get $query) (i32.const 2))) (local.get $stride)
        (local.get $largest) (local.get $margin))
      (local.set $query (i32.add (local.get $query) (i32.const 1)))
      (br_if $nextQuery (i32.lt_u (local.get $query) (local.get $width))))
    (local.set $row (i32.const 0))
    (loop $nextRow
      (local.set $scale (v128.load32_splat (i32.add (local.get $scales) (i32.shl (local.get $row) (i32.const 2)))))
      (local.set $query (i32.const 0))
      (loop $nextQueries
        (local.set $at (i32.add (local.get $queries) (i32.shl (local.get $query) (i32.const 2))))
        (if (v128.any_true
              (v128.or
                (v128.or
                  (f32x4.ge (f32x4.mul (f32x4.convert_i32x4_s (v128.load (local.get $dots))) (local.get $scale))
                    (v128.load (local.get $at)))
                  (f32x4.ge (f32x4.mul (f32x4.convert_i32x4_s (v128.load offset=16 (local.get $dots))) (local.get $scale))
                    (v128.load offset=16 (local.get $at))))
                (v128.or
                  (f32x4.ge (f32x4.mul (f32x4.convert_i32x4_s (v128.load offset=32 (local.get $dots))) (local.get $scale))
                    (v128.load offset=32 (local.get $at)))
                  (f32x4.ge (f32x4.mul (f32x4.convert_i32x4_s (v128.load offset=48 (local.get $dots))) (local.get $scale))
                    (v128.load offset=48 (local.get $at))))))
          (then
            (local.set $quarter (i32.const 0))
            (loop $nextQuarter
              (local.set $mask (i32x4.bitmask (f32x4.ge
                (f32x4.mul
                  (f32x4.convert_i32x4_s (v128.load (i32.add (local.get $dots) (local.get $quarter))))
                  (local.get $scale))
                (v128.load (i32.add (local.get $at) (local.get $quarter))))))
              (if (local.get $mask)
                (then
                  (loop $nextLane
                    (call $keep
                      (i32.add
                        (i32.add (local.get $query) (i32.shr_u (local.get $quarter) (i32.const 2)))
                        (i32.ctz (local.get $mask)))
                      (i32.add (local.get $first) (local.get $row))
                      (f32.mul
                        (f32.convert_i32_s (i32.load (i32.add
                          (i32.add (local.get $dots) (local.get $quarter))
                          (i32.shl (i32.ctz (local.get $mask)) (i32.const 2)))))
                        (f32x4.extract_lane 0 (local.get $scale)))
                      (f32.load (i32.add (local.get $residuals) (i32.shl (local.get $row) (i32.const 2))))
                      (local.get $queries) (local.get $stride) (local.get $lists) (local.get $room)
                      (local.get $heaps) (local.get $limit) (local.get $largest) (local.get $margin))
                    (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
                    (br_if $nextLane (local.get $mask)))))
              (local.set $quarter (i32.add (local.get $quarter) (i32.const 16)))
              (br_if $nextQuarter (i32.lt_u (local.get $quarter) (i32.const 64))))))
        (local.set $dots (i32.add (local.get $dots) (i32.const 64)))
        (local.set $query (i32.add (local.get $query) (i32.const 16)))
        (br_if $nextQueries (i32.lt_u (local.get $query) (local.get $width))))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $nextRow (i32.lt_u (local.get $row) (local.get $rows))))
    (i32.const 0))

  ;; What a dot times its row's scale must reach, for the query whose first array's number is at $at.
  (func $want (param $at i32) (param $stride i32) (param $largest f32) (param $margin f32)
    (local $array i32)
    (local.set $array (i32.add (local.get $at) (local.get $stride)))
    (f32.store (local.get $at)
      (f32.div
        (f32.sub
          (f32.sub
            (f32.sub
              (f32.load (local.get $array))
              (f32.mul
                (f32.load (i32.add (local.get $array) (i32.shl (local.get $stride) (i32.const 1))))
                (local.get $largest)))
            (f32.load (i32.add (i32.add (local.get $array) (local.get $stride)) (i32.shl (local.get $stride) (i32.const 1)))))
          (local.get $margin))
        (f32.load (i32.add (local.get $array) (local.get $stride))))))

  ;; $value: a dot times its row's scale.
  (func $keep
    (param $query i32) (param $slot i32) (param $value f32) (param $residual f32) (param $queries i32) (param $stride i32)
    (param $lists i32) (param $room i32) (param $heaps i32) (param $limit i32) (param $largest f32) (param $margin f32)
    (local $list i32) (local $heap i32) (local $wanted i32) (local $scale i32) (local $norm i32) (local $slack i32) (local $counts i32)
    (local $count i32) (local $upper f32) (local $lower f32)
    (local.set $queries (i32.add (local.get $queries) (i32.shl (local.get $query) (i32.const 2))))
    (local.set $wanted (i32.add (local.get $queries) (local.get $stride)))
    (local.set $scale (i32.add (local.get $wanted) (local.get $stride)))
    (local.set $norm (i32.add (local.get $scale) (local.get $stride)))
    (local.set $slack (i32.add (local.get $norm) (local.get $stride)))
    (local.set $counts (i32.add (local.get $slack) (local.get $stride)))
    (if (i32.eq (i32.load (i32.add (local.get $counts) (local.get $stride))) (local.get $slot))
      (then (return)))
    (local.set $value (f32.mul (local.get $value) (f32.load (local.get $scale))))
    (local.set $residual (f32.add (f32.mul (local.get $residual) (f32.load (local.get $norm))) (f32.load (local.get $slack))))
    (local.set $upper (f32.add (local.get $value) (local.get $residual)))
    (local.set $lower (f32.min (f32.sub (local.get $value) (local.get $residual)) (f32.const 1)))
    (if (f32.lt (local.get $upper) (f32.load (local.get $wanted)))
      (then (return)))
    (local.set $list (i32.add (local.get $lists) (i32.mul (local.get $query) (i32.shl (local.get $room) (i32.const 3)))))
    (local.set $heap (i32.add (local.get $heaps) (i32.mul (local.get $query) (i32.shl (local.get $limit) (i32.const 2)))))
    (local.set $count (i32.load (local.get $counts)))
    (if (i32.eq (local.get $count) (local.get $room))
      (then
        (local.set $count (call $tidy (local.get $list) (local.get $count) (f32.load (local.get $wanted))))
        (if (i32.eq (local.get $count) (local.get $room))
          (then
            (i32.store (local.get $counts) (i32.const -1))
            (f32.store (local.get $wanted) (f32.const inf))
            (f32.store (local.get $queries) (f32.const inf))
            (return)))))
    (i32.store (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 3))) (local.get $slot))
    (f32.store offset=4 (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 3))) (local.get $upper))
    (i32.store (local.get $counts) (i32.add (local.get $count) (i32.const 1)))
    (if (f32.gt (local.get $lower) (f32.load (local.get $heap)))
      (then
        (call $replaceLeast (local.get $heap) (local.get $limit) (local.get $lower))
        (if (f32.gt (f32.load (local.get $heap)) (f32.const -1))
          (then
            (f32.store (local.get $wanted) (f32.load (local.get $heap)))
            (call $want (local.get $queries) (local.get $stride) (local.get $largest) (local.get $margin)))))))

  ;; Drops the pairs of a list whose upper bound is below what is wanted. Gives how many stay.
  (func $tidy (param $list i32) (param $count i32) (param $wanted f32) (result i32)
    (local $from i32) (local $to i32) (local $end i32)
    (local.set $from (local.get $list))
    (local.set $to (local.get $list))
    (local.set $end (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (if (f32.ge (f32.load offset=4 (local.get $from)) (local.get $wanted))
        (then
          (i64.store (local.get $to) (i64.load (local.get $from)))
          (local.set $to (i32.add (local.get $to) (i32.const 8)))))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 3)))

  ;; Puts a bound in the place of a heap's least and restores the heap's order.
  (func $replaceLeast (param $heap i32) (param $limit i32) (param $bound f32)
    (local $at i32) (local $child i32) (local $childAt i32)
    (block $done
      (loop $down
        (local.set $child (i32.add (i32.shl (local.get $at) (i32.const 1)) (i32.const 1)))
        (br_if $done (i32.ge_u (local.get $child) (local.get $limit)))
        (local.set $childAt (i32.add (local.get $heap) (i32.shl (local.get $child) (i32.const 2))))
        (if (i32.lt_u (i32.add (local.get $child) (i32.const 1)) (local.get $limit))
          (then
            (if (f32.lt (f32.load offset=4 (local.get $childAt)) (f32.load (local.get $childAt)))
              (then
                (local.set $child (i32.add (local.get $child) (i32.const 1)))
                (local.set $childAt (i32.add (local.get $childAt) (i32.const 4)))))))
        (br_if $done (f32.ge (f32.load (local.get $childAt)) (local.get $bound)))
        (f32.store (i32.add (local.get $heap) (i32.shl (local.get $at) (i32.const 2))) (f32.load (local.get $childAt)))
        (local.set $at (local.get $child))
        (br $down)))
    (f32.store (i32.add (local.get $heap) (i32.shl (local.get $at) (i32.const 2))) (local.get $bound))))
