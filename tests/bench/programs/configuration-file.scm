;; A configuration file of sections and settings, as services write them.
(use-modules (ice-9 match) (srfi srfi-13))

(define settings
  '((global (workgroup "WORK") (log-level 2) (interfaces ("eth0" "lo")))
    (printers (path "/var/spool") (browseable #f))
    (homes (writable #t) (create-mask #o700))))

(define value->string
  (match-lambda
    (#t "yes")
    (#f "no")
    ((? number? n) (number->string n 8))
    ((? string? s) s)
    ((items ...) (string-join items " "))))

(define (section->string section)
  (match section
    ((name (keys values) ...)
     (string-append "[" (symbol->string name) "]\n"
                    (string-concatenate
                     (map (lambda (key value)
                            (string-append "  " (symbol->string key) " = "
                                           (value->string value) "\n"))
                          keys values))))))

(for-each (lambda (section) (display (section->string section))) settings)
