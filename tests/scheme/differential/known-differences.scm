;; What differs from Guile, and why. Each program must differ, or it no longer belongs here.

;; The engine's pairs and strings cannot be changed.
(let ((pair (list 1 2))) (set-car! pair 5) pair)
(let ((pair (list 1 2))) (set-cdr! pair 5) pair)
(let ((text (make-string 2 #\a))) (string-set! text 0 #\b) text)
(let ((text (make-string 2 #\a))) (string-fill! text #\b) text)
(let ((items (list 1 2 3))) (list-set! items 0 'x) items)
;; So an association list is not changed in place: the result counts.
(let ((alist (list (cons 'a 1)))) (assq-set! alist 'a 2) alist)
(let ((items (list 3 1 2))) (sort! items <) items)
;; So no list can contain itself.
(use-modules (srfi srfi-1))
(circular-list? (circular-list 1 2))
;; There are no complex numbers.
(sqrt -1)
(expt -1 1/2)
(log -1)
(string->number "1+2i")
(make-rectangular 1 2)
;; A program gives the same image every time: no random numbers.
(< (random 10) 10)
;; Regular expressions have no back references: matching takes time in proportion to the text.
(use-modules (ice-9 regex))
(string-match "(a)\\1" "aa")
;; Arrays are vectors and bytevectors only.
(read (open-input-string "#u8(1 2)"))
(make-array 0 2 2)
;; A composition of car and cdr names itself, Guile's compiler has taken it apart.
(cadr '(1))
;; Guile's compiler turns operands around and writes one primitive for another.
(+ 1 'a)
(* 2 'x)
(- "x")
(/ 'a)
(zero? 'a)
;; Guile writes calls of its own primitives with the wrong number of arguments otherwise.
(max)
;; `error' keeps its message apart from the template; compiled code of Guile puts it into the template.
(use-modules (ice-9 exceptions) (srfi srfi-34))
(guard (e (#t (list (exception-message e) (exception-irritants e)))) (error "msg" 1 2))
;; The empty list of Lisp is the empty list.
(read (open-input-string "#nil"))
;; A real beyond all that can be written is infinite.
(string->number "1e400")
(string->number "1e-400")
;; In other radices than ten, reals have no exponent.
(number->string 0.1 2)
;; A procedure without a name is written without its place.
(lambda (x) x)
;; There is one thread: what another would do is done at once.
(use-modules (ice-9 threads))
(let* ((order '()) (thread (call-with-new-thread (lambda () (set! order (cons 'other order)))))) (set! order (cons 'main order)) (join-thread thread) (length (all-threads)))
;; No program is started.
(use-modules (ice-9 popen))
(system* "true")
(open-pipe "true" OPEN_READ)
;; (rnrs io ports) and (scheme base) take a file that is not there for one; Guile 3.0.8 does not.
(use-modules (scheme base))
(guard (e (#t (file-error? e))) (open-input-file "/no/such/file"))
(let ((out '())) (string-for-each (lambda (a b) (set! out (cons (list a b) out))) "ab" "xy") out)
;; A part of several sets is in any of the others, as SRFI-1 has it; Guile wants it in all.
(lset-diff+intersection eq? '(a b c) '(a) '(b))
;; As SRFI-13 has it; Guile counts from another start.
(xsubstring "abcdef" 1 9 2 5)
;; Ports are read and written from one end to the other, but those that a program makes.
(use-modules (rnrs io ports))
(port-position (open-input-string "text"))
