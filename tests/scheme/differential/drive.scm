;;; (drive FILE) runs each datum of a file as a program and prints what came of it. Tintype and Guile both run
;;; this, so that one process serves a file of programs. `evaluate` is given.

;; Forms that only prepare what follows are run, and printed only if they fail.
(define (prepares? program)
  (and (pair? program)
       (symbol? (car program))
       (or (memq (car program) '(use-modules import library))
           (string-prefix? "define" (symbol->string (car program))))))

(define (drive file)
  (call-with-input-file file
    (lambda (port)
      (let loop ()
        (let ((program (read port)))
          (unless (eof-object? program)
            (run program)
            (loop)))))))

(define (run program)
  (let* ((results '())
         (failure #f)
         (printed (with-output-to-string
                    (lambda ()
                      (catch #t
                        (lambda ()
                          (call-with-values
                              (lambda ()
                                (if (prepares? program)
                                    (eval program (current-module))
                                    (evaluate program)))
                            (lambda values (set! results values))))
                        (lambda (key . arguments)
                          (set! failure (cons key arguments))))))))
    (when (or failure (not (prepares? program)))
      (display "> ")
      (write program)
      (newline)
      (unless (string-null? printed)
        (display "  prints ")
        (write printed)
        (newline))
      (cond (failure
             (display "  throws ")
             (complain (car failure) (cdr failure))
             (newline))
            (else
             (for-each (lambda (value)
                         (display "  ")
                         (write value)
                         (newline))
                       results))))))

;; Key and message of an exception; its arguments where they make no message.
(define (complain key arguments)
  (write key)
  (display " ")
  (let ((message (and (= 4 (length arguments))
                      (string? (cadr arguments))
                      (list? (or (caddr arguments) '()))
                      (false-if-exception
                       (apply simple-format #f (cadr arguments) (or (caddr arguments) '()))))))
    (if message
        (begin
          (when (car arguments)
            (display (car arguments))
            (display ": "))
          (display message))
        (write arguments))))
