(use-modules (gnu))

(define (greeting name)
  (string-apend "hello " name))
;! 3 Unbound variable: string-apend
;| hint: did you mean 'string-append'?

(define (choose)
  (if))
;! 2 (if): bad if

(define (bound)
  (let ((x)) x))
;! 8 (x): bad let binding

(define system
  (operating-system
;! 2 operating-system: extraneous field initializers (timezon)
;| hint: did you mean 'timezone'?
    (host-name "niepce")
    (timezon "Etc/UTC")))

(list openssh-service-type)
;! 6 Unbound variable: openssh-service-type
;| hint: 'openssh-service-type' is exported by (gnu services ssh): add it to use-modules
