;;; Dates of the Gregorian calendar, as SRFI-19 has them, and what follows from one.

(define-module (tintype date)
  #:use-module (srfi srfi-9)
  #:export (make-date date? date-nanosecond date-second date-minute date-hour date-day date-month
            date-year date-zone-offset
            date-year-day date-week-day date-week-number days-before-first-week
            date->seconds seconds->date date-error))

(define-record-type date
  (make-date nanosecond second minute hour day month year zone-offset)
  date?
  (nanosecond date-nanosecond)
  (second date-second)
  (minute date-minute)
  (hour date-hour)
  (day date-day)
  (month date-month)
  (year date-year)
  (zone-offset date-zone-offset))

(define (date-error caller kind value)
  (scm-error 'misc-error caller "TIME-ERROR type ~A: ~S" (list kind value) #f))

;; Days from 1970-01-01 to a day. The year starts in March, so that the leap day is its last.
(define (%days year month day)
  (let* ((year (if (<= month 2) (- year 1) year))
         (month (modulo (- month 3) 12))
         (era (floor-quotient year 400))
         (year-of-era (- year (* era 400)))
         (day-of-year (+ (quotient (+ (* 153 month) 2) 5) (- day 1)))
         (day-of-era (+ (* 365 year-of-era) (quotient year-of-era 4)
                        (- (quotient year-of-era 100)) day-of-year)))
    (- (+ (* era 146097) day-of-era) 719468)))

(define (date->seconds date)
  (+ (* 86400 (%days (date-year date) (date-month date) (date-day date)))
     (* 3600 (date-hour date))
     (* 60 (date-minute date))
     (date-second date)
     (- (date-zone-offset date))))

;; The inverse of %days: year, month and day.
(define (%civil days procedure)
  (let* ((days (+ days 719468))
         (era (floor-quotient days 146097))
         (day-of-era (- days (* era 146097)))
         (year-of-era (quotient (- day-of-era
                                   (quotient day-of-era 1460)
                                   (- (quotient day-of-era 36524))
                                   (quotient day-of-era 146096))
                                365))
         (day-of-year (- day-of-era (+ (* 365 year-of-era) (quotient year-of-era 4)
                                       (- (quotient year-of-era 100)))))
         (month (quotient (+ (* 5 day-of-year) 2) 153))
         (day (+ 1 (- day-of-year (quotient (+ (* 153 month) 2) 5))))
         (month (if (< month 10) (+ month 3) (- month 9)))
         (year (+ year-of-era (* era 400))))
    (procedure (if (<= month 2) (+ year 1) year) month day)))

(define (seconds->date seconds nanosecond zone-offset)
  (let* ((local (+ seconds zone-offset))
         (second (floor-remainder local 86400)))
    (%civil (floor-quotient local 86400)
            (lambda (year month day)
              (make-date nanosecond (remainder second 60) (remainder (quotient second 60) 60)
                         (quotient second 3600) day month year zone-offset)))))

(define (date-year-day date)
  (+ 1 (- (%days (date-year date) (date-month date) (date-day date))
          (%days (date-year date) 1 1))))

(define (%week-day days) (floor-remainder (+ days 4) 7))
(define (date-week-day date)
  (%week-day (%days (date-year date) (date-month date) (date-day date))))

;; Days of the year before its first day that is the given day of a week.
(define (days-before-first-week date week-start)
  (floor-remainder (- week-start (%week-day (%days (date-year date) 1 1))) 7))

(define (date-week-number date week-start)
  (floor-quotient (- (date-year-day date) (days-before-first-week date week-start)) 7))
