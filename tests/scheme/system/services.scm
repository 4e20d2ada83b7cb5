;; What the services of a system come to is what the original gives.
(use-modules (tintype check)
             (tintype syntax)
             (guix gexp)
             (guix packages)
             (gnu)
             (gnu services networking)
             (gnu services shepherd)
             (gnu services ssh)
             (gnu system linux-container)
             (gnu system privilege)
             (gnu system vm)
             (ice-9 match)
             (srfi srfi-1))

(define facts
  (call-with-input-file
      (string-append (or (current-source-directory) ".")
                     "/../../compat/oracle/folded-bare-bones.sexp")
    read))

(define (fact name)
  (first (assq-ref facts name)))

(define os
  (operating-system
    (host-name "komputilo")
    (timezone "Europe/Berlin")
    (locale "en_US.utf8")
    (bootloader (bootloader-configuration
                 (bootloader grub-bootloader)
                 (targets '("/dev/sdX"))))
    (file-systems (cons (file-system
                          (device (file-system-label "my-root"))
                          (mount-point "/")
                          (type "ext4"))
                        %base-file-systems))
    (users (cons (user-account
                  (name "alice")
                  (group "users")
                  (supplementary-groups '("wheel" "audio" "video")))
                 %base-user-accounts))
    (services (cons* (service dhcpcd-service-type)
                     (service openssh-service-type)
                     %base-services))))

(define (names os)
  (map (compose service-type-name service-kind)
       (operating-system-services os)))

(check (names (containerized-operating-system os '()))
       => (fact 'container))
(check (names (containerized-operating-system os '() #:shared-network? #t))
       => (fact 'shared-network-container))
(check (names (virtualized-operating-system os))
       => (fact 'virtual-machine))

(define (folded type)
  (service-value (fold-services (operating-system-services os)
                                #:target-type type)))

;;; /etc.

(define (without-comments text)
  (string-join (remove (lambda (line) (string-prefix? "#" line))
                       (string-split text #\newline))
               "\n"))

(define (squeezed text)
  ;; Lines without blank ones, and one blank between words.
  (map (lambda (line) (string-join (string-tokenize line)))
       (remove string-null? (string-split (without-comments text) #\newline))))

(define etc
  (folded etc-service-type))

(check (map first etc) => (map first (fact 'etc)))

(for-each (match-lambda
            ((name)
             #t)
            ((name text)
             (check (list name (squeezed (plain-file-content
                                          (second (assoc name etc)))))
                    => (list name (squeezed text)))))
          (fact 'etc))

;;; Shepherd services, in the order in which they are registered.

(define shepherd-services
  (shepherd-configuration-services (folded shepherd-root-service-type)))

(for-each (lambda (ours theirs)
            (check `(,(shepherd-service-provision ours)
                     (requirement . ,(shepherd-service-requirement ours))
                     ,@(if (shepherd-service-one-shot? ours)
                           '((one-shot? #t))
                           '())
                     ,@(if (shepherd-service-respawn? ours)
                           '()
                           '((respawn? #f))))
                   => theirs))
          shepherd-services
          (fact 'shepherd))
(check (length shepherd-services) => (length (fact 'shepherd)))
(assert-valid-graph shepherd-services)

;;; Accounts, profile, privileged programs, environment.

(check (map (lambda (thing)
              (cond ((user-account? thing)
                     (cons 'user (user-account-name thing)))
                    ((user-group? thing)
                     (cons 'group (user-group-name thing)))
                    (else
                     (cons 'skeleton (first thing)))))
            (folded account-service-type))
       => (fact 'accounts))

;; The original's example adds 'screen' and has OpenSSH without X11.
(check (cons "screen" (map package-name (folded profile-service-type)))
       => (map (lambda (name)
                 (if (string=? name "openssh-sans-x") "openssh" name))
               (fact 'profile)))

(check (map (lambda (program)
              (let ((file (privileged-program-program program)))
                (list (package-name (file-append-base file))
                      (string-concatenate (file-append-suffix file))
                      (privileged-program-setuid? program)
                      (privileged-program-capabilities program))))
            (folded privileged-program-service-type))
       => (fact 'privileged-programs))

(check (map car (folded session-environment-service-type))
       => (fact 'environment))

(check (length (folded activation-service-type))
       => (fact 'activation-count))

(check (map first (folded system-service-type))
       => '("parameters" "initrd" "locale"
            "profile" "etc" "activate" "boot" "kernel"))

;;; Every service knows what it is and every user whom to log in as.

(check (any (lambda (account)
              (and (user-account? account)
                   (eqv? 0 (user-account-uid account))))
            (folded account-service-type))
       => #t)

(check-report)
