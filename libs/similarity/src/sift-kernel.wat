;; Keeps of many scores those that may be among the highest of their query.
(module
  (import "index" "memory" (memory 1))

  ;; Looks at $rows rows of $queries f32 scores at $scores ($queries a multiple of 16; row r is slot $first + r) for those not below
  ;; their query's threshold (f32 at $thresholds), and writes slot (i32) and score (f32) of each to the query's list of $room pairs at
  ;; $lists, how many at $counts (i32). The slot at $excluded (i32 of each query) is passed over. Every score kept goes through the
  ;; query's heap of the $limit highest (f32 at $heaps, the least first), which raises the threshold: to the least, less $slack if that
  ;; is above 1, made 1, less $slack once more; it stays -infinity while the least less $slack is not above -1. A list that is full of
  ;; scores not below the threshold gets the count -1 and a threshold of infinity.
  (func (export "sift")
    (param $scores i32) (param $rows i32) (param $queries i32) (param $first i32) (param $thresholds i32) (param $counts i32)
    (param $excluded i32) (param $lists i32) (param $room i32) (param $heaps i32) (param $limit i32) (param $slack f32)
    (result i32)
    (local $row i32) (local $query i32) (local $at i32) (local $mask i32) (local $quarter i32)
    (loop $nextRow
      (local.set $query (i32.const 0))
      (loop $nextQueries
        (local.set $at (i32.add (local.get $thresholds) (i32.shl (local.get $query) (i32.const 2))))
        (if (v128.any_true
              (v128.or
                (v128.or
                  (f32x4.ge (v128.load (local.get $scores)) (v128.load (local.get $at)))
                  (f32x4.ge (v128.load offset=16 (local.get $scores)) (v128.load offset=16 (local.get $at))))
                (v128.or
                  (f32x4.ge (v128.load offset=32 (local.get $scores)) (v128.load offset=32 (local.get $at)))
                  (f32x4.ge (v128.load offset=48 (local.get $scores)) (v128.load offset=48 (local.get $at))))))
          (then
            (local.set $quarter (i32.const 0))
            (loop $nextQuarter
              (local.set $mask (i32x4.bitmask (f32x4.ge
                (v128.load (i32.add (local.get $scores) (local.get $quarter)))
                (v128.load (i32.add (local.get $at) (local.get $quarter))))))
              (if (local.get $mask)
                (then
                  (loop $nextLane
                    (call $keep
                      (i32.add
                        (i32.add (local.get $query) (i32.shr_u (local.get $quarter) (i32.const 2)))
                        (i32.ctz (local.get $mask)))
                      (i32.add (local.get $first) (local.get $row))
                      (f32.load (i32.add
                        (i32.add (local.get $scores) (local.get $quarter))
                        (i32.shl (i32.ctz (local.get $mask)) (i32.const 2))))
                      (local.get $thresholds) (local.get $counts) (local.get $excluded) (local.get $lists) (local.get $room)
                      (local.get $heaps) (local.get $limit) (local.get $slack))
                    (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
                    (br_if $nextLane (local.get $mask)))))
              (local.set $quarter (i32.add (local.get $quarter) (i32.const 16)))
              (br_if $nextQuarter (i32.lt_u (local.get $quarter) (i32.const 64))))))
        (local.set $scores (i32.add (local.get $scores) (i32.const 64)))
        (local.set $query (i32.add (local.get $query) (i32.const 16)))
        (br_if $nextQueries (i32.lt_u (local.get $query) (local.get $queries))))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $nextRow (i32.lt_u (local.get $row) (local.get $rows))))
    (i32.const 0))

  (func $keep
    (param $query i32) (param $slot i32) (param $score f32) (param $thresholds i32) (param $counts i32) (param $excluded i32)
    (param $lists i32) (param $room i32) (param $heaps i32) (param $limit i32) (param $slack f32)
    (local $list i32) (local $count i32) (local $heap i32)
    (if (i32.eq
          (i32.load (i32.add (local.get $excluded) (i32.shl (local.get $query) (i32.const 2))))
          (local.get $slot))
      (then (return)))
    (local.set $thresholds (i32.add (local.get $thresholds) (i32.shl (local.get $query) (i32.const 2))))
    (local.set $counts (i32.add (local.get $counts) (i32.shl (local.get $query) (i32.const 2))))
    (local.set $list (i32.add (local.get $lists) (i32.mul (local.get $query) (i32.shl (local.get $room) (i32.const 3)))))
    (local.set $heap (i32.add (local.get $heaps) (i32.mul (local.get $query) (i32.shl (local.get $limit) (i32.const 2)))))
    (local.set $count (i32.load (local.get $counts)))
    (if (i32.eq (local.get $count) (local.get $room))
      (then
        (local.set $count (call $tidy (local.get $list) (local.get $count) (f32.load (local.get $thresholds))))
        (if (i32.eq (local.get $count) (local.get $room))
          (then
            (i32.store (local.get $counts) (i32.const -1))
            (f32.store (local.get $thresholds) (f32.const inf))
            (return)))))
    (i32.store (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 3))) (local.get $slot))
    (f32.store offset=4 (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 3))) (local.get $score))
    (i32.store (local.get $counts) (i32.add (local.get $count) (i32.const 1)))
    (if (f32.gt (local.get $score) (f32.load (local.get $heap)))
      (then
        (call $replaceLeast (local.get $heap) (local.get $limit) (local.get $score))
        (local.set $score (f32.sub (f32.load (local.get $heap)) (local.get $slack)))
        (if (f32.gt (local.get $score) (f32.const -1))
          (then
            (f32.store (local.get $thresholds)
              (f32.sub (f32.min (local.get $score) (f32.const 1)) (local.get $slack))))))))

  ;; Drops the pairs of a list whose score is below the threshold. Gives how many stay.
  (func $tidy (param $list i32) (param $count i32) (param $threshold f32) (result i32)
    (local $from i32) (local $to i32) (local $end i32)
    (local.set $from (local.get $list))
    (local.set $to (local.get $list))
    (local.set $end (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (if (f32.ge (f32.load offset=4 (local.get $from)) (local.get $threshold))
        (then
          (i64.store (local.get $to) (i64.load (local.get $from)))
          (local.set $to (i32.add (local.get $to) (i32.const 8)))))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $end))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 3)))

  ;; Puts a score in the place of a heap's least and restores the heap's order.
  (func $replaceLeast (param $heap i32) (param $limit i32) (param $score f32)
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
        (br_if $done (f32.ge (f32.load (local.get $childAt)) (local.get $score)))
        (f32.store (i32.add (local.get $heap) (i32.shl (local.get $at) (i32.const 2))) (f32.load (local.get $childAt)))
        (local.set $at (local.get $child))
        (br $down)))
    (f32.store (i32.add (local.get $heap) (i32.shl (local.get $at) (i32.const 2))) (local.get $score))))
