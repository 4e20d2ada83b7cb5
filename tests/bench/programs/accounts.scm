;; Users with their groups, as operating systems list them.
(use-modules (srfi srfi-1) (srfi srfi-9) (ice-9 match))

(define-record-type <user>
  (make-user name id groups)
  user?
  (name user-name)
  (id user-id)
  (groups user-groups))

(define users
  (map (lambda (n)
         (make-user (string-append "user" (number->string n)) (+ 1000 n)
                    (if (even? n) '("wheel" "audio") '("audio" "video"))))
       (iota 200)))

(define (members group)
  (filter-map (lambda (user)
                (and (member group (user-groups user)) (user-name user)))
              users))

(for-each (lambda (group)
            (display group) (display ": ") (display (length (members group))) (newline))
          (delete-duplicates (append-map user-groups users)))
