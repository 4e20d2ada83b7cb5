;; Services that extend each other, folded over their graph.
(use-modules (srfi srfi-1) (ice-9 match))

(define services
  '((root ()) (etc (root)) (pam (etc)) (account (etc root)) (udev (etc)) (ssh (pam account etc))
    (login (pam)) (network (udev root)) (dhcp (network)) (web (account network))))

(define (extensions target)
  (filter-map (match-lambda ((name targets) (and (memq target targets) name))) services))

(define (fold-service target)
  (cons target (append-map fold-service (extensions target))))

(write (fold-service 'root))
(newline)
