;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The daemon that builds packages.

(define-module (tintype services build-daemon)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system shadow)
  #:use-module ((gnu packages admin) #:select (shadow))
  #:use-module ((gnu packages base) #:select (glibc-utf8-locales))
  #:use-module ((gnu packages package-management) #:select (guix))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%default-authorized-guix-keys
            %default-substitute-urls
            locale-environment

            guix-configuration
            <guix-configuration>
            guix-configuration?
            guix-configuration-guix
            guix-configuration-build-group
            guix-configuration-build-accounts
            guix-configuration-chroot?
            guix-configuration-authorize-key?
            guix-configuration-authorized-keys
            guix-configuration-use-substitutes?
            guix-configuration-substitute-urls
            guix-configuration-generate-substitute-key?
            guix-configuration-channels
            guix-configuration-build-machines
            guix-configuration-extra-options
            guix-configuration-environment
            guix-configuration-log-file
            guix-service-type

            guix-extension
            guix-extension?
            guix-extension-authorized-keys
            guix-extension-substitute-urls
            guix-extension-build-machines
            guix-extension-chroot-directories))

(define %default-authorized-guix-keys
  (list (file-append guix "/share/guix/berlin.guix.gnu.org.pub")
        (file-append guix "/share/guix/bordeaux.guix.gnu.org.pub")))

(define %default-substitute-urls
  '("https://bordeaux.guix.gnu.org"
    "https://ci.guix.gnu.org"))

(define-record-type* <guix-configuration>
  guix-configuration make-guix-configuration
  guix-configuration?
  (guix               guix-configuration-guix (default guix))
  (build-group        guix-configuration-build-group (default "guixbuild"))
  (build-accounts     guix-configuration-build-accounts (default 10))
  (chroot?            guix-configuration-chroot? (default 'default))
  (authorize-key?     guix-configuration-authorize-key? (default #t))
  (authorized-keys    guix-configuration-authorized-keys
                      (default %default-authorized-guix-keys))
  (use-substitutes?   guix-configuration-use-substitutes? (default #t))
  (substitute-urls    guix-configuration-substitute-urls
                      (default %default-substitute-urls))
  (generate-substitute-key? guix-configuration-generate-substitute-key?
                            (default #t))
  (channels           guix-configuration-channels (default #f))
  (chroot-directories guix-configuration-chroot-directories (default '()))
  (max-silent-time    guix-configuration-max-silent-time ;seconds
                      (default 3600))
  (timeout            guix-configuration-timeout  ;seconds
                      (default (* 3600 24)))
  (log-compression    guix-configuration-log-compression (default 'gzip))
  (discover?          guix-configuration-discover? (default #f))
  (extra-options      guix-configuration-extra-options (default '()))
  (log-file           guix-configuration-log-file
                      (default "/var/log/guix-daemon.log"))
  (http-proxy         guix-configuration-http-proxy (default #f))
  (tmpdir             guix-configuration-tmpdir (default #f))
  (privileged?        guix-configuration-privileged? (default #t))
  (build-machines     guix-configuration-build-machines (default '()))
  (environment        guix-configuration-environment (default '()))
  (socket-directory-permissions
   guix-configuration-socket-directory-permissions (default #o755))
  (socket-directory-group
   guix-configuration-socket-directory-group (default #f))
  (socket-directory-user
   guix-configuration-socket-directory-user (default #f)))

(define-record-type* <guix-extension>
  guix-extension make-guix-extension
  guix-extension?
  (authorized-keys    guix-extension-authorized-keys (default '()))
  (substitute-urls    guix-extension-substitute-urls (default '()))
  (build-machines     guix-extension-build-machines (default '()))
  (chroot-directories guix-extension-chroot-directories (default '())))

(define %daemon-socket-directory "/var/guix/daemon-socket")
(define %daemon-socket "/var/guix/daemon-socket/socket")

(define (locale-environment)
  "Return a gexp of the variables that let programs print all of Unicode."
  #~(list (string-append "GUIX_LOCPATH=" #$glibc-utf8-locales "/lib/locale")
          "LC_ALL=en_US.utf8"))

(define (daemon-command configuration)
  "Return the list of arguments that runs the daemon."
  (match-record configuration <guix-configuration>
      (guix build-group chroot? use-substitutes? substitute-urls
       chroot-directories max-silent-time timeout log-compression discover?
       extra-options privileged?)
    `(,(file-append guix "/bin/guix-daemon")
      ,@(if privileged?
            (list "--build-users-group" build-group)
            '())
      "--max-silent-time" ,(number->string max-silent-time)
      "--timeout" ,(number->string timeout)
      "--log-compression" ,(symbol->string log-compression)
      ,(string-append "--discover=" (if discover? "yes" "no"))
      "--substitute-urls" ,(string-join substitute-urls)
      ,@(if use-substitutes? '() '("--no-substitutes"))
      ,@(if chroot? '() '("--disable-chroot"))
      ,@(append-map (lambda (directory)
                      (list "--chroot-directory" directory))
                    chroot-directories)
      ,@extra-options)))

(define (ownership-service configuration)
  "Return the service that gives the store to whom the daemon runs as."
  (shepherd-service
   (documentation "Ensure that the daemon owns what it writes.")
   (provision '(guix-ownership))
   (requirement '(user-processes user-homes))
   (one-shot? #t)
   (start #~(lambda ()
              (let ((owner #$(if (guix-configuration-privileged? configuration)
                                 "root"
                                 "guix-daemon")))
                (or (= (stat:uid (stat "/gnu/store"))
                       (passwd:uid (getpwnam owner)))
                    (zero? (system* "chown" "-R"
                                    (string-append owner ":")
                                    "/gnu/store" "/var/guix"))))))))

(define (daemon-service configuration)
  "Return the service that runs the daemon."
  (match-record configuration <guix-configuration>
      (log-file http-proxy tmpdir environment socket-directory-permissions)
    (shepherd-service
     (documentation "Build packages for users.")
     (provision '(guix-daemon))
     (requirement '(user-processes guix-ownership))
     (modules '((srfi srfi-1)
                (ice-9 match)
                (gnu build shepherd)
                (guix build utils)))
     (start #~(make-systemd-constructor
               (list #$@(daemon-command configuration))
               (list (endpoint (make-socket-address AF_UNIX #$%daemon-socket)
                               #:name "guix-daemon"
                               #:socket-directory-permissions
                               #$socket-directory-permissions))
               #:environment-variables
               (append #$(locale-environment)
                       '#$(if http-proxy
                              (list (string-append "http_proxy=" http-proxy)
                                    (string-append "https_proxy=" http-proxy))
                              '())
                       '#$(if tmpdir
                              (list (string-append "TMPDIR=" tmpdir))
                              '())
                       '#$environment)
               #:log-file #$log-file))
     (stop #~(make-systemd-destructor)))))

(define (build-account number configuration)
  "Return the account number NUMBER of those that the daemon builds as."
  (define digits (number->string number))

  (user-account
   (name (string-append "guixbuilder" (string-pad digits 2 #\0)))
   (group (guix-configuration-build-group configuration))
   (supplementary-groups
    (list (guix-configuration-build-group configuration) "kvm"))
   (comment (string-append "Guix Build User " (string-pad digits 2)))
   (home-directory "/var/empty")
   (shell (file-append shadow "/sbin/nologin"))
   (system? #t)))

(define (guix-accounts configuration)
  "Return the accounts and groups that the daemon needs."
  (if (guix-configuration-privileged? configuration)
      (cons (user-group
             (name (guix-configuration-build-group configuration))
             (system? #t)
             (id 30000))
            (map (lambda (index)
                   (build-account (+ index 1) configuration))
                 (iota (guix-configuration-build-accounts configuration))))
      (list (user-group (name "guix-daemon") (system? #t))
            (user-account
             (name "guix-daemon")
             (group "guix-daemon")
             (supplementary-groups '("kvm"))
             (comment "Guix Daemon User")
             (home-directory "/var/empty")
             (shell (file-append shadow "/sbin/nologin"))
             (system? #t)))))

(define (acl-activation keys)
  "Return a gexp that authorizes KEYS, a list of files, to sign substitutes."
  #~(begin
      (mkdir-p "/etc/guix")
      (unless (file-exists? "/etc/guix/acl")
        (call-with-output-file "/etc/guix/acl"
          (lambda (port)
            (display "(acl\n" port)
            (for-each (lambda (file)
                        (display " (entry\n" port)
                        (call-with-input-file file
                          (lambda (key) (dump-port key port)))
                        (display "  (tag (guix import)))\n" port))
                      (list #$@keys))
            (display ")\n" port))))))

(define (guix-activation configuration)
  "Return a gexp that makes what the daemon expects in /etc/guix."
  (match-record configuration <guix-configuration>
      (guix generate-substitute-key? authorize-key? authorized-keys channels)
    #~(begin
        (use-modules (guix build utils))
        #$@(if generate-substitute-key?
               #~((unless (file-exists? "/etc/guix/signing-key.pub")
                    (system* #$(file-append guix "/bin/guix")
                             "archive" "--generate-key")))
               #~())
        #$@(if authorize-key?
               #~(#$(acl-activation authorized-keys))
               #~())
        #$@(if channels
               #~((mkdir-p "/etc/guix")
                  (false-if-exception (delete-file "/etc/guix/channels.scm"))
                  (symlink #$(scheme-file "channels.scm" channels)
                           "/etc/guix/channels.scm"))
               #~()))))

(define (extend-guix-configuration configuration extension)
  "Return CONFIGURATION with what EXTENSION, a <guix-extension>, adds."
  (define (both configuration-of extension-of)
    (append (extension-of extension) (configuration-of configuration)))

  (guix-configuration
   (inherit configuration)
   (authorized-keys (both guix-configuration-authorized-keys
                          guix-extension-authorized-keys))
   (substitute-urls (both guix-configuration-substitute-urls
                          guix-extension-substitute-urls))
   (build-machines (both guix-configuration-build-machines
                         guix-extension-build-machines))
   (chroot-directories (both guix-configuration-chroot-directories
                             guix-extension-chroot-directories))))

(define (concatenate-extensions extensions)
  "Return one <guix-extension> that adds all that EXTENSIONS add."
  (guix-extension
   (authorized-keys (append-map guix-extension-authorized-keys extensions))
   (substitute-urls (append-map guix-extension-substitute-urls extensions))
   (build-machines (append-map guix-extension-build-machines extensions))
   (chroot-directories
    (append-map guix-extension-chroot-directories extensions))))

(define guix-service-type
  (service-type
   (name 'guix)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (lambda (configuration)
                               (list (ownership-service configuration)
                                     (daemon-service configuration))))
          (service-extension account-service-type guix-accounts)
          (service-extension activation-service-type guix-activation)
          (service-extension profile-service-type
                             (compose list guix-configuration-guix))))
   (compose concatenate-extensions)
   (extend extend-guix-configuration)
   (default-value (guix-configuration))
   (description "The build daemon of Guix.  Contributions are 'guix-extension'
records.")))
