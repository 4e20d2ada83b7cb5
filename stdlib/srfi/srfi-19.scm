;;; SRFI-19: times and dates. The local zone is UTC, wherever the program runs.

(define-module (srfi srfi-19)
  #:use-module (srfi srfi-9)
  #:use-module (tintype date-text)
  #:use-module (tintype date)
  #:re-export (make-date date? date-nanosecond date-second date-minute date-hour date-day date-month
               date-year date-zone-offset date-year-day date-week-day date-week-number
               date->string string->date)
  #:replace (current-time)
  #:export (time-duration time-monotonic time-process time-tai time-thread time-utc
            make-time copy-time time? time-type time-nanosecond time-second
            set-time-type! set-time-nanosecond! set-time-second! time-resolution
            current-date current-julian-day current-modified-julian-day
            time=? time<? time>? time<=? time>=?
            time-difference time-difference! add-duration add-duration! subtract-duration
            subtract-duration!
            date->julian-day date->modified-julian-day date->time-monotonic date->time-tai
            date->time-utc
            julian-day->date julian-day->time-monotonic julian-day->time-tai julian-day->time-utc
            modified-julian-day->date modified-julian-day->time-monotonic
            modified-julian-day->time-tai modified-julian-day->time-utc
            time-monotonic->date time-monotonic->julian-day time-monotonic->modified-julian-day
            time-monotonic->time-tai time-monotonic->time-tai! time-monotonic->time-utc
            time-monotonic->time-utc!
            time-tai->date time-tai->julian-day time-tai->modified-julian-day
            time-tai->time-monotonic time-tai->time-monotonic! time-tai->time-utc
            time-tai->time-utc!
            time-utc->date time-utc->julian-day time-utc->modified-julian-day
            time-utc->time-monotonic time-utc->time-monotonic! time-utc->time-tai
            time-utc->time-tai!))

(define time-duration 'time-duration)
(define time-monotonic 'time-monotonic)
(define time-process 'time-process)
(define time-tai 'time-tai)
(define time-thread 'time-thread)
(define time-utc 'time-utc)

(define-record-type time
  (%make-time type nanosecond second)
  time?
  (type time-type set-time-type!)
  (nanosecond time-nanosecond set-time-nanosecond!)
  (second time-second set-time-second!))

(define (make-time type nanosecond second)
  (let ((total (+ (* second 1000000000) nanosecond)))
    (%from-nanoseconds type total)))

(define (copy-time time)
  (%make-time (time-type time) (time-nanosecond time) (time-second time)))

;; A time as one number, and back. Both parts have the sign of the whole.
(define (%nanoseconds time)
  (+ (* (time-second time) 1000000000) (time-nanosecond time)))
(define (%from-nanoseconds type total)
  (%make-time type (remainder total 1000000000) (quotient total 1000000000)))

(define* (time-resolution #:optional (type time-utc)) 1000)

;; Seconds since 1970 began in UTC, and TAI's lead from then on.
(define %leads
  '((1483228800 . 37) (1435708800 . 36) (1341100800 . 35) (1230768000 . 34) (1136073600 . 33)
    (915148800 . 32) (867715200 . 31) (820454400 . 30) (773020800 . 29) (741484800 . 28)
    (709948800 . 27) (662688000 . 26) (631152000 . 25) (567993600 . 24) (489024000 . 23)
    (425865600 . 22) (394329600 . 21) (362793600 . 20) (315532800 . 19) (283996800 . 18)
    (252460800 . 17) (220924800 . 16) (189302400 . 15) (157766400 . 14) (126230400 . 13)
    (94694400 . 12) (78796800 . 11) (63072000 . 10)))

(define (%lead-at-utc second)
  (let loop ((rest %leads))
    (cond ((null? rest) 0)
          ((>= second (car (car rest))) (cdr (car rest)))
          (else (loop (cdr rest))))))
(define (%lead-at-tai second)
  (let loop ((rest %leads))
    (cond ((null? rest) 0)
          ((>= (- second (cdr (car rest))) (car (car rest))) (cdr (car rest)))
          (else (loop (cdr rest))))))

(define* (current-time #:optional (type time-utc))
  (let* ((now (gettimeofday))
         (utc (make-time time-utc (* 1000 (cdr now)) (car now))))
    (cond ((eq? type time-utc) utc)
          ((eq? type time-tai) (time-utc->time-tai utc))
          ((eq? type time-monotonic) (time-utc->time-monotonic utc))
          (else (date-error 'current-time 'invalid-clock-type type)))))

(define* (current-date #:optional (zone-offset 0))
  (time-utc->date (current-time time-utc) zone-offset))
(define (current-julian-day) (time-utc->julian-day (current-time time-utc)))
(define (current-modified-julian-day) (time-utc->modified-julian-day (current-time time-utc)))

;; Comparison and durations.

(define (%compare who same? time1 time2)
  (unless (eq? (time-type time1) (time-type time2))
    (date-error who 'incompatible-time-types (cons time1 time2)))
  (same? (%nanoseconds time1) (%nanoseconds time2)))
(define (time=? time1 time2) (%compare 'time=? = time1 time2))
(define (time<? time1 time2) (%compare 'time<? < time1 time2))
(define (time>? time1 time2) (%compare 'time>? > time1 time2))
(define (time<=? time1 time2) (%compare 'time<=? <= time1 time2))
(define (time>=? time1 time2) (%compare 'time>=? >= time1 time2))

(define (time-difference time1 time2)
  (unless (eq? (time-type time1) (time-type time2))
    (date-error 'time-difference! 'incompatible-time-types (cons time1 time2)))
  (%from-nanoseconds time-duration (- (%nanoseconds time1) (%nanoseconds time2))))

(define (%add who time duration sign)
  (unless (eq? (time-type duration) time-duration)
    (date-error who 'not-duration duration))
  (%from-nanoseconds (time-type time)
                     (+ (%nanoseconds time) (* sign (%nanoseconds duration)))))
(define (add-duration time duration) (%add 'add-duration time duration 1))
(define (subtract-duration time duration) (%add 'subtract-duration time duration -1))

;; The `!' procedures change their first argument.
(define (%become! time other)
  (set-time-type! time (time-type other))
  (set-time-nanosecond! time (time-nanosecond other))
  (set-time-second! time (time-second other))
  time)
(define (time-difference! time1 time2) (%become! time1 (time-difference time1 time2)))
(define (add-duration! time duration) (%become! time (add-duration time duration)))
(define (subtract-duration! time duration) (%become! time (subtract-duration time duration)))

;; From one kind of time to another.

(define (%check-type who type time)
  (unless (eq? (time-type time) type)
    (date-error who 'incompatible-time-types time)))

(define (time-utc->time-tai time)
  (%check-type 'time-utc->time-tai time-utc time)
  (%make-time time-tai (time-nanosecond time)
              (+ (time-second time) (%lead-at-utc (time-second time)))))
(define (time-tai->time-utc time)
  (%check-type 'time-tai->time-utc time-tai time)
  (%make-time time-utc (time-nanosecond time)
              (- (time-second time) (%lead-at-tai (time-second time)))))
(define (time-tai->time-monotonic time)
  (%check-type 'time-tai->time-monotonic time-tai time)
  (%make-time time-monotonic (time-nanosecond time) (time-second time)))
(define (time-monotonic->time-tai time)
  (%check-type 'time-monotonic->time-tai time-monotonic time)
  (%make-time time-tai (time-nanosecond time) (time-second time)))
(define (time-utc->time-monotonic time)
  (time-tai->time-monotonic (time-utc->time-tai time)))
(define (time-monotonic->time-utc time)
  (time-tai->time-utc (time-monotonic->time-tai time)))

(define (time-utc->time-tai! time) (%become! time (time-utc->time-tai time)))
(define (time-tai->time-utc! time) (%become! time (time-tai->time-utc time)))
(define (time-tai->time-monotonic! time) (%become! time (time-tai->time-monotonic time)))
(define (time-monotonic->time-tai! time) (%become! time (time-monotonic->time-tai time)))
(define (time-utc->time-monotonic! time) (%become! time (time-utc->time-monotonic time)))
(define (time-monotonic->time-utc! time) (%become! time (time-monotonic->time-utc time)))

;; Dates.

(define* (time-utc->date time #:optional (zone-offset 0))
  (%check-type 'time-utc->date time-utc time)
  (let ((total (%nanoseconds time)))
    (seconds->date (floor-quotient total 1000000000) (floor-remainder total 1000000000)
                   zone-offset)))
(define* (time-tai->date time #:optional (zone-offset 0))
  (time-utc->date (time-tai->time-utc time) zone-offset))
(define* (time-monotonic->date time #:optional (zone-offset 0))
  (time-utc->date (time-monotonic->time-utc time) zone-offset))

(define (date->time-utc date)
  (%make-time time-utc (date-nanosecond date) (date->seconds date)))
(define (date->time-tai date) (time-utc->time-tai (date->time-utc date)))
(define (date->time-monotonic date) (time-utc->time-monotonic (date->time-utc date)))

;; Days of the Julian calendar's count; the modified one starts half a day later, in 1858.

(define %epoch 4881175/2)
(define %modified-start 4800001/2)

(define (time-utc->julian-day time)
  (+ %epoch (/ (%nanoseconds time) 86400000000000)))
(define (time-utc->modified-julian-day time) (- (time-utc->julian-day time) %modified-start))
(define (time-tai->julian-day time) (time-utc->julian-day (time-tai->time-utc time)))
(define (time-tai->modified-julian-day time)
  (time-utc->modified-julian-day (time-tai->time-utc time)))
(define (time-monotonic->julian-day time) (time-utc->julian-day (time-monotonic->time-utc time)))
(define (time-monotonic->modified-julian-day time)
  (time-utc->modified-julian-day (time-monotonic->time-utc time)))
(define (date->julian-day date) (time-utc->julian-day (date->time-utc date)))
(define (date->modified-julian-day date) (- (date->julian-day date) %modified-start))

(define (julian-day->time-utc day)
  (%from-nanoseconds time-utc (truncate (* 86400000000000 (- (inexact->exact day) %epoch)))))
(define (julian-day->time-tai day) (time-utc->time-tai (julian-day->time-utc day)))
(define (julian-day->time-monotonic day) (time-utc->time-monotonic (julian-day->time-utc day)))
(define* (julian-day->date day #:optional (zone-offset 0))
  (time-utc->date (julian-day->time-utc day) zone-offset))
(define (modified-julian-day->time-utc day) (julian-day->time-utc (+ day %modified-start)))
(define (modified-julian-day->time-tai day) (julian-day->time-tai (+ day %modified-start)))
(define (modified-julian-day->time-monotonic day)
  (julian-day->time-monotonic (+ day %modified-start)))
(define* (modified-julian-day->date day #:optional (zone-offset 0))
  (julian-day->date (+ day %modified-start) zone-offset))
