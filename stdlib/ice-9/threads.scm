;;; Threads. A program has one: what others would do is done at once, in the order in which it is asked for.

(define-module (ice-9 threads)
  #:use-module (srfi srfi-9)
  #:export (call-with-new-thread begin-thread make-thread join-thread thread? current-thread
            thread-exited? cancel-thread yield all-threads
            make-mutex make-recursive-mutex mutex? lock-mutex try-mutex unlock-mutex mutex-locked?
            mutex-owner mutex-level with-mutex monitor
            make-condition-variable condition-variable? wait-condition-variable
            signal-condition-variable broadcast-condition-variable
            total-processor-count current-processor-count
            parallel letpar par-map par-for-each n-par-map n-par-for-each n-for-each-par-map))

;; How a thread ended: with RESULTS or with an exception.
(define-record-type <thread>
  (%make-thread results exception)
  thread?
  (results %thread-results)
  (exception %thread-exception))

(define %main-thread (%make-thread '() #f))

(define* (call-with-new-thread thunk #:optional handler)
  (catch #t
    (lambda ()
      (call-with-values thunk
        (lambda results (%make-thread results #f))))
    (lambda (key . arguments)
      (if handler
          (call-with-values (lambda () (apply handler key arguments))
            (lambda results (%make-thread results #f)))
          (%make-thread '() (cons key arguments))))))

(define-syntax-rule (begin-thread body ...)
  (call-with-new-thread (lambda () body ...)))
(define-syntax-rule (make-thread procedure argument ...)
  (call-with-new-thread (lambda () (procedure argument ...))))

(define* (join-thread thread #:optional timeout timeout-value)
  (if (%thread-exception thread)
      (apply throw (%thread-exception thread))
      (apply values (%thread-results thread))))

(define (current-thread) %main-thread)
(define (all-threads) (list %main-thread))
(define (thread-exited? thread) (not (eq? thread %main-thread)))
(define (cancel-thread thread . values) *unspecified*)
(define (yield) #t)

(define-record-type <mutex>
  (%make-mutex kinds level)
  mutex?
  (kinds %mutex-kinds)
  (level mutex-level %set-mutex-level!))

(define (make-mutex . kinds) (%make-mutex kinds 0))
(define (make-recursive-mutex) (make-mutex 'recursive))
(define (mutex-locked? mutex) (> (mutex-level mutex) 0))
(define (mutex-owner mutex) (and (mutex-locked? mutex) %main-thread))
(define (try-mutex mutex)
  (and (or (not (mutex-locked? mutex)) (memq 'recursive (%mutex-kinds mutex)))
       (begin
         (%set-mutex-level! mutex (+ (mutex-level mutex) 1))
         #t)))
(define* (lock-mutex mutex #:optional timeout)
  (or (try-mutex mutex)
      (if timeout
          #f
          (scm-error 'misc-error "lock-mutex" "mutex already locked by thread" '() #f))))
(define (unlock-mutex mutex)
  (if (or (mutex-locked? mutex) (memq 'unchecked-unlock (%mutex-kinds mutex)))
      (begin
        (%set-mutex-level! mutex (max 0 (- (mutex-level mutex) 1)))
        #t)
      (scm-error 'misc-error "unlock-mutex" "mutex not locked" '() #f)))

(define-syntax-rule (with-mutex mutex body ...)
  (let ((locked mutex))
    (dynamic-wind
      (lambda () (lock-mutex locked))
      (lambda () body ...)
      (lambda () (unlock-mutex locked)))))
(define-syntax-rule (monitor body ...)
  (let () body ...))

(define-record-type <condition-variable>
  (make-condition-variable)
  condition-variable?)
(define* (wait-condition-variable variable mutex #:optional timeout)
  (if timeout
      #f
      (scm-error 'misc-error "wait-condition-variable"
                 "no other thread could ever signal this condition" '() #f)))
(define (signal-condition-variable variable) #t)
(define (broadcast-condition-variable variable) #t)

(define (total-processor-count) 1)
(define (current-processor-count) 1)

(define-syntax-rule (parallel expression ...)
  (values expression ...))
(define-syntax-rule (letpar ((name value) ...) body ...)
  (let ((name value) ...) body ...))
(define (par-map procedure . lists) (apply map procedure lists))
(define (par-for-each procedure . lists) (apply for-each procedure lists))
(define (n-par-map count procedure . lists) (apply map procedure lists))
(define (n-par-for-each count procedure . lists) (apply for-each procedure lists))
(define (n-for-each-par-map count consume procedure . lists)
  (for-each consume (apply map procedure lists)))
