;; One row of a pairwise IoU matrix, two columns at a time, on 128-bit SIMD.
;;
;; The columns stand in memory as five arrays of 4096 doubles each: x1 at byte 0, y1, x2, y2 and the area of each box at
;; 131072; the row is written at 163840. $end is the number of columns times 8, rounded up to a multiple of 16.
;; The operations and their order are those of `iou`, so that both agree bit for bit on finite coordinates.
(module
  (memory (export "memory") 3)
  (func (export "row")
    (param $x1 f64) (param $y1 f64) (param $x2 f64) (param $y2 f64) (param $area f64) (param $end i32)
    (local $left v128) (local $top v128) (local $right v128) (local $bottom v128) (local $own v128) (local $zero v128)
    (local $width v128) (local $height v128) (local $shared v128)
    (local $at i32)
    (local.set $left (f64x2.splat (local.get $x1)))
    (local.set $top (f64x2.splat (local.get $y1)))
    (local.set $right (f64x2.splat (local.get $x2)))
    (local.set $bottom (f64x2.splat (local.get $y2)))
    (local.set $own (f64x2.splat (local.get $area)))
    (loop $next
      (local.set $width
        (f64x2.pmax (local.get $zero)
          (f64x2.sub
            (f64x2.pmin (local.get $right) (v128.load offset=65536 (local.get $at)))
            (f64x2.pmax (local.get $left) (v128.load (local.get $at))))))
      (local.set $height
        (f64x2.pmax (local.get $zero)
          (f64x2.sub
            (f64x2.pmin (local.get $bottom) (v128.load offset=98304 (local.get $at)))
            (f64x2.pmax (local.get $top) (v128.load offset=32768 (local.get $at))))))
      (local.set $shared (f64x2.mul (local.get $width) (local.get $height)))
      ;; The mask turns 0 / 0, two boxes without area, into 0.
      (v128.store offset=163840 (local.get $at)
        (v128.and
          (f64x2.gt (local.get $shared) (local.get $zero))
          (f64x2.div (local.get $shared)
            (f64x2.sub
              (f64x2.add (local.get $own) (v128.load offset=131072 (local.get $at)))
              (local.get $shared)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))
)
