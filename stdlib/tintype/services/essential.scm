;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The service types that every system is made of: its directory, its boot and
;;; activation scripts, and /etc.

(define-module (tintype services essential)
  #:use-module (tintype services types)
  #:use-module (tintype services etc)
  #:use-module (guix gexp)
  #:use-module (srfi srfi-1)
  #:use-module ((gnu packages gnome) #:select (vte))
  #:export (system-service-type
            system-entries

            boot-service-type
            %boot-service
            cleanup-service-type
            activation-service-type
            %activation-service
            activation-service->script
            provenance-service-type
            %linux-bare-metal-service
            %hurd-rc-script
            %hurd-startup-service

            etc-service-type
            etc-service
            etc-directory
            etc-profile-d-service-type
            etc-bashrc-d-service-type
            vte-integration-service-type)
  #:re-export (%default-bash-aliases
               %default-etc-bashrc-d-files))

(define (second-argument first second)
  second)

;;;
;;; The system directory.
;;;

(define (system-entries contribution)
  "Return the list of (NAME FILE) that CONTRIBUTION stands for: itself, or what
it yields if it is a monadic value."
  (if (procedure? contribution)
      (contribution #f)
      contribution))

;; The value is a list of (NAME FILE).
(define system-service-type
  (service-type
   (name 'system)
   (extensions '())
   (compose identity)
   (extend (lambda (own contributions)
             (append (system-entries own)
                     (append-map system-entries contributions))))
   (description "The directory that holds all there is to an operating system.
Contributions are lists of (NAME FILE), or monadic values that yield one.")))

;;;
;;; Booting.
;;;

(define (boot-script own gexps)
  "Return the program that runs GEXPS, the last one first: the service at the
head of the graph runs the first process and does not return."
  (program-file "boot" #~(begin #$@(reverse gexps))))

(define boot-service-type
  (service-type
   (name 'boot)
   (extensions
    (list (service-extension system-service-type
                             (lambda (script) `(("boot" ,script))))))
   (compose identity)
   (extend boot-script)
   (default-value #f)
   (description "The program that the initial RAM disk starts.  Contributions
are gexps.")))

(define %boot-service
  (service boot-service-type #t))

(define (cleanup-gexp _)
  "Return a gexp that empties the directories that do not outlive a boot."
  #~(begin
      (use-modules (guix build utils))
      (setlocale LC_CTYPE "C.UTF-8")
      (for-each (lambda (file)
                  (false-if-exception (delete-file file)))
                '("/etc/group.lock" "/etc/passwd.lock" "/etc/.pwd.lock"))
      (for-each (lambda (directory mode)
                  (false-if-exception (delete-file-recursively directory))
                  (false-if-exception (mkdir directory))
                  (false-if-exception (chmod directory mode)))
                '("/tmp" "/var/run" "/run")
                '(#o1777 #o755 #o755))))

(define cleanup-service-type
  (service-type
   (name 'cleanup)
   (extensions
    (list (service-extension boot-service-type cleanup-gexp)))
   (description "Empty /tmp, /run and /var/run at boot.")))

;; Each contribution is a script of its own: one that fails is reported and does
;; not keep the others from running.
(define (activation-script gexps)
  (program-file
   "activate.scm"
   #~(begin
       (use-modules (gnu build activation))
       (false-if-exception (mkdir "/run"))
       (activate-current-system)
       (for-each (lambda (script)
                   (catch #t
                     (lambda () (primitive-load script))
                     (lambda (key . arguments)
                       (format (current-error-port)
                               "activation of '~a' failed: ~s~%"
                               script (cons key arguments)))))
                 (list #$@(map (lambda (gexp)
                                 (scheme-file "activate-service.scm" gexp))
                               gexps))))))

(define (activation-service->script service)
  "Return the program that runs the scripts of SERVICE, a folded service of type
'activation-service-type'."
  (activation-script (service-value service)))

(define activation-service-type
  (service-type
   (name 'activate)
   (extensions
    (list (service-extension boot-service-type
                             (lambda (gexps)
                               #~(primitive-load #$(activation-script gexps))))
          (service-extension system-service-type
                             (lambda (gexps)
                               `(("activate" ,(activation-script gexps)))))))
   (compose identity)
   (extend second-argument)
   (default-value #f)
   (description "Scripts that bring the running system in line with its
definition, at boot and when it is reconfigured.  Contributions are gexps.")))

(define %activation-service
  (service activation-service-type #t))

(define provenance-service-type
  (service-type
   (name 'provenance)
   (extensions
    (list (service-extension system-service-type
                             (lambda (file)
                               (if file
                                   `(("configuration.scm" ,file))
                                   '())))))
   (default-value #f)
   (description "Keep the file that defines the system in the system itself.")))

(define linux-bare-metal-service-type
  (service-type
   (name 'linux-bare-metal)
   (extensions
    (list (service-extension activation-service-type identity)))
   (default-value #f)
   (description "Set up what only a kernel of one's own allows.")))

(define %linux-bare-metal-service
  (service linux-bare-metal-service-type
           #~(begin
               (use-modules (gnu build activation))
               (activate-modprobe "/run/current-system/profile/bin/modprobe")
               (activate-ptrace-attach))))

(define %hurd-rc-script
  (program-file "rc"
                #~(begin
                    (use-modules (guix build utils)
                                 (gnu build hurd-boot))
                    (boot-hurd-system))))

(define hurd-startup-service-type
  (service-type
   (name 'startup)
   (extensions
    (list (service-extension system-service-type
                             (lambda (script) `(("rc" ,script))))))
   (default-value %hurd-rc-script)
   (description "The program that the Hurd starts first.")))

(define %hurd-startup-service
  (service hurd-startup-service-type %hurd-rc-script))

;;;
;;; /etc.
;;;

(define (etc-directory service)
  "Return the directory that SERVICE, a folded service of type
'etc-service-type', stands for."
  (files->etc-directory (service-value service)))

(define etc-service-type
  (service-type
   (name 'etc)
   (extensions
    (list (service-extension activation-service-type
                             (lambda (files)
                               #~(begin
                                   (use-modules (gnu build activation))
                                   (activate-etc
                                    #$(files->etc-directory files)))))
          (service-extension system-service-type
                             (lambda (files)
                               `(("etc" ,(files->etc-directory files)))))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Files in /etc.  Contributions are lists of (NAME FILE).")))

(define (etc-service files)
  "Return a service that puts FILES, a list of (NAME FILE), in /etc."
  (service etc-service-type files))

(define etc-profile-d-service-type
  (service-type
   (name 'etc-profile-d)
   (extensions
    (list (service-extension etc-service-type
                             (lambda (files)
                               `(("profile.d"
                                  ,(script-directory "profile.d" files)))))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Scripts, '.sh' files, that every login shell sources.")))

(define etc-bashrc-d-service-type
  (service-type
   (name 'etc-bashrc-d)
   (extensions
    (list (service-extension etc-service-type
                             (lambda (files)
                               `(("bashrc.d"
                                  ,(script-directory "bashrc.d" files)))))))
   (compose concatenate)
   (extend append)
   (default-value %default-etc-bashrc-d-files)
   (description "Scripts, '.sh' files, that every interactive Bash sources.")))

(define vte-integration-service-type
  (service-type
   (name 'vte-integration)
   (extensions
    (list (service-extension etc-bashrc-d-service-type
                             (lambda (vte)
                               (list (file-append vte
                                                  "/etc/profile.d/vte.sh"))))))
   (default-value vte)
   (description "Let terminals built on VTE know the working directory.")))
