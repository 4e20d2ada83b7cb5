;;; Pipes to other programs, which no program here may start.

(define-module (ice-9 popen)
  #:use-module (tintype native)
  #:re-export (open-pipe open-pipe* open-input-pipe open-output-pipe)
  #:export (open-input-output-pipe close-pipe pipeline))

(define (open-input-output-pipe command) (open-pipe command OPEN_BOTH))
(define (pipeline commands) (open-pipe* OPEN_BOTH (car (car commands))))
(define (close-pipe port)
  (scm-error 'misc-error "close-pipe" "~S is no pipe: no program was started" (list port) #f))
