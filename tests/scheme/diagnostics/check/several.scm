(use-modules (gnu))

(define (greeting name)
  (string-apend "hello " name))

(define (choose)
  (if))

(define (bound)
  (let ((x)) x))

(define system
  (operating-system
    (host-name "niepce")
    (timezon "Etc/UTC")))

(list openssh-service-type)
