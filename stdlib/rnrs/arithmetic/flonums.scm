;;; R6RS: inexact reals.

(define-module (rnrs arithmetic flonums)
  #:use-module (tintype native)
  #:use-module (rnrs base)
  #:use-module ((rnrs conditions) #:prefix condition:)
  #:use-module (ice-9 exceptions)
  #:export
  (flonum? real->flonum fixnum->flonum
   fl=? fl<? fl<=? fl>? fl>=? flinteger? flzero? flpositive? flnegative? flodd? fleven? flfinite?
   flinfinite? flnan? flmax flmin fl+ fl* fl- fl/ flabs fldiv-and-mod fldiv flmod fldiv0-and-mod0
   fldiv0 flmod0 flnumerator fldenominator flfloor flceiling fltruncate flround flexp fllog flsin
   flcos fltan flasin flacos flatan flsqrt flexpt
   &no-infinities make-no-infinities-violation no-infinities-violation?
   &no-nans make-no-nans-violation no-nans-violation?))

(define (flonum? object) (and (real? object) (inexact? object)))

(define (%check who . numbers)
  (for-each (lambda (number)
              (unless (flonum? number)
                (raise (condition:condition
                        (condition:make-assertion-violation)
                        (condition:make-who-condition who)
                        (condition:make-message-condition "not a flonum")
                        (condition:make-irritants-condition (list number))))))
            numbers))
(define (%operation who operation)
  (lambda numbers
    (apply %check who numbers)
    (apply operation numbers)))

(define (real->flonum number) (inexact number))
(define (fixnum->flonum number) (inexact number))

(define fl=? (%operation 'fl=? =))
(define fl<? (%operation 'fl<? <))
(define fl<=? (%operation 'fl<=? <=))
(define fl>? (%operation 'fl>? >))
(define fl>=? (%operation 'fl>=? >=))
(define flinteger? (%operation 'flinteger? integer?))
(define flzero? (%operation 'flzero? zero?))
(define flpositive? (%operation 'flpositive? positive?))
(define flnegative? (%operation 'flnegative? negative?))
(define flodd? (%operation 'flodd? odd?))
(define fleven? (%operation 'fleven? even?))
(define flfinite? (%operation 'flfinite? finite?))
(define flinfinite? (%operation 'flinfinite? infinite?))
(define flnan? (%operation 'flnan? nan?))
(define flmax (%operation 'flmax max))
(define flmin (%operation 'flmin min))
(define fl+ (%operation 'fl+ +))
(define fl* (%operation 'fl* *))
(define fl- (%operation 'fl- -))
(define fl/ (%operation 'fl/ /))
(define flabs (%operation 'flabs abs))
(define fldiv (%operation 'fldiv div))
(define flmod (%operation 'flmod mod))
(define fldiv0 (%operation 'fldiv0 div0))
(define flmod0 (%operation 'flmod0 mod0))
(define fldiv-and-mod (%operation 'fldiv-and-mod div-and-mod))
(define fldiv0-and-mod0 (%operation 'fldiv0-and-mod0 div0-and-mod0))
(define flnumerator (%operation 'flnumerator numerator))
(define fldenominator (%operation 'fldenominator denominator))
(define flfloor (%operation 'flfloor floor))
(define flceiling (%operation 'flceiling ceiling))
(define fltruncate (%operation 'fltruncate truncate))
(define flround (%operation 'flround round))
(define flexp (%operation 'flexp exp))
(define fllog (%operation 'fllog log))
(define flsin (%operation 'flsin sin))
(define flcos (%operation 'flcos cos))
(define fltan (%operation 'fltan tan))
(define flasin (%operation 'flasin asin))
(define flacos (%operation 'flacos acos))
(define flatan (%operation 'flatan atan))
(define flsqrt (%operation 'flsqrt sqrt))
(define flexpt (%operation 'flexpt expt))

(define &no-infinities
  (make-exception-type '&no-infinities &implementation-restriction '()))
(define (make-no-infinities-violation) (%make-condition &no-infinities))
(define no-infinities-violation? (exception-predicate &no-infinities))

(define &no-nans (make-exception-type '&no-nans &implementation-restriction '()))
(define (make-no-nans-violation) (%make-condition &no-nans))
(define no-nans-violation? (exception-predicate &no-nans))
