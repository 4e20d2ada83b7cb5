;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Chores of administrators: logs, databases of files, upgrades.

(define-module (gnu services admin)
  #:use-module (tintype services checks)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (gnu services)
  #:use-module (gnu services shepherd)
  #:use-module (gnu system file-systems)
  #:use-module ((gnu packages admin) #:select (cloud-utils))
  #:use-module ((gnu packages base) #:select (findutils))
  #:use-module ((gnu packages file-systems) #:select (bcachefs-tools))
  #:use-module ((gnu packages linux) #:select (btrfs-progs e2fsprogs))
  #:use-module ((gnu packages package-management) #:select (guix))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (log-rotation-configuration
            log-rotation-configuration?
            log-rotation-configuration-provision
            log-rotation-configuration-requirement
            log-rotation-configuration-calendar-event
            log-rotation-configuration-external-log-files
            log-rotation-configuration-compression
            log-rotation-configuration-expiry
            log-rotation-configuration-size-threshold
            log-rotation-service-type

            log-cleanup-configuration
            log-cleanup-configuration?
            log-cleanup-configuration-directory
            log-cleanup-configuration-expiry
            log-cleanup-configuration-schedule
            log-cleanup-service-type

            %default-file-database-update-schedule
            %default-file-database-excluded-directories
            file-database-configuration
            file-database-configuration?
            file-database-configuration-package
            file-database-configuration-schedule
            file-database-configuration-excluded-directories
            file-database-service-type

            package-database-configuration
            package-database-configuration?
            package-database-configuration-package
            package-database-configuration-schedule
            package-database-configuration-method
            package-database-configuration-channels
            package-database-service-type

            unattended-upgrade-configuration
            unattended-upgrade-configuration?
            unattended-upgrade-configuration-operating-system-file
            unattended-upgrade-configuration-operating-system-expression
            unattended-upgrade-configuration-schedule
            unattended-upgrade-configuration-channels
            unattended-upgrade-configuration-reboot?
            unattended-upgrade-configuration-services-to-restart
            unattended-upgrade-configuration-system-expiration
            unattended-upgrade-configuration-maximum-duration
            unattended-upgrade-configuration-log-file
            unattended-upgrade-service-type

            resize-file-system-configuration
            resize-file-system-configuration?
            resize-file-system-configuration-file-system
            resize-file-system-configuration-cloud-utils
            resize-file-system-configuration-e2fsprogs
            resize-file-system-configuration-btrfs-progs
            resize-file-system-configuration-bcachefs-tools
            resize-file-system-service-type))

;;;
;;; Log rotation.
;;;

(define gexp-or-symbol?  (either gexp? symbol?))
(define gexp-or-integer? (either gexp? integer?))
(define string-or-gexp?  (either string? gexp?))

(define-record-type* <log-rotation-configuration>
  log-rotation-configuration make-log-rotation-configuration
  log-rotation-configuration?
  (provision          log-rotation-configuration-provision
                      (default '(log-rotation))
                      (sanitize (checked list-of-symbols? 'provision)))
  (requirement        log-rotation-configuration-requirement
                      (default '(user-processes))
                      (sanitize (checked list-of-symbols? 'requirement)))
  (calendar-event     log-rotation-configuration-calendar-event
                      (default #~(calendar-event #:minutes '(0)
                                                 #:hours '(22)
                                                 #:days-of-week '(sunday)))
                      (sanitize (checked gexp? 'calendar-event)))
  (external-log-files log-rotation-configuration-external-log-files
                      (default '())
                      (sanitize (checked list-of-strings?
                                         'external-log-files)))
  (compression        log-rotation-configuration-compression
                      (default 'zstd)
                      (sanitize (checked gexp-or-symbol? 'compression)))
  (expiry             log-rotation-configuration-expiry
                      (default #~(%default-log-expiry))
                      (sanitize (checked gexp-or-integer? 'expiry)))
  (size-threshold     log-rotation-configuration-size-threshold
                      (default #~(%default-rotation-size-threshold))
                      (sanitize (checked gexp-or-integer? 'size-threshold))))

(define (log-rotation-shepherd-service configuration)
  "Return the service that rotates log files."
  (match-record configuration <log-rotation-configuration>
      (provision requirement calendar-event external-log-files compression
       expiry size-threshold)
    (shepherd-service
     (provision provision)
     (requirement requirement)
     (documentation "Put old logs aside, compressed.")
     (modules '((shepherd service timer)
                (shepherd service log-rotation)))
     (free-form #~(log-rotation-service
                   #$calendar-event
                   #:provision '#$provision
                   #:requirement '#$requirement
                   #:external-log-files '#$external-log-files
                   #:compression '#$compression
                   #:expiry #$expiry
                   #:rotation-size-threshold #$size-threshold)))))

(define log-rotation-service-type
  (service-type
   (name 'log-rotation)
   (extensions
    (list (service-extension shepherd-root-service-type
                             (compose list log-rotation-shepherd-service))))
   (compose concatenate)
   (extend (lambda (configuration files)
             (log-rotation-configuration
              (inherit configuration)
              (external-log-files
               (append files
                       (log-rotation-configuration-external-log-files
                        configuration))))))
   (default-value (log-rotation-configuration))
   (description "Rotate log files.  Contributions are lists of names of log
files.")))

;;;
;;; Timers.
;;;

(define (timer-service name schedule command)
  "Return the service called NAME that runs COMMAND at times of SCHEDULE."
  (shepherd-timer (list name) schedule command
                  #:requirement '(user-processes)))

(define-record-type* <log-cleanup-configuration>
  log-cleanup-configuration make-log-cleanup-configuration
  log-cleanup-configuration?
  (directory log-cleanup-configuration-directory)
  (expiry    log-cleanup-configuration-expiry     ;seconds
             (default (* 6 30 24 3600)))
  (schedule  log-cleanup-configuration-schedule
             (default "30 12 01,08,15,22 * *")))

(define (log-cleanup-program directory expiry)
  "Return the program that deletes the files of DIRECTORY older than EXPIRY."
  (program-file
   "delete-old-logs"
   #~(begin
       (use-modules (guix build utils))
       (let ((now (current-time)))
         (for-each (lambda (file)
                     (delete-file file))
                   (find-files #$directory
                               (lambda (file stat)
                                 (> (- now (stat:mtime stat))
                                    #$expiry))))))))

(define log-cleanup-service-type
  (shepherd-service-type
   'log-cleanup
   (match-record-lambda <log-cleanup-configuration>
       (directory expiry schedule)
     (timer-service 'log-cleanup schedule
                    (list (log-cleanup-program directory expiry))))
   (description "Delete old log files in a directory.")))

(define %default-file-database-update-schedule "10 23 * * 0")

(define %default-file-database-excluded-directories
  '("/gnu/store" "/tmp" "/var/tmp" "/var/cache" ".*/\\.cache" "/run/udev"
    "/dev"))

(define-record-type* <file-database-configuration>
  file-database-configuration make-file-database-configuration
  file-database-configuration?
  (package              file-database-configuration-package
                        (default findutils)
                        (sanitize (checked file-like? 'package)))
  (schedule             file-database-configuration-schedule
                        (default %default-file-database-update-schedule)
                        (sanitize (checked string-or-gexp? 'schedule)))
  (excluded-directories file-database-configuration-excluded-directories
                        (default %default-file-database-excluded-directories)
                        (sanitize (checked list-of-strings?
                                           'excluded-directories))))

(define (file-database-program package excluded-directories)
  "Return the program that lists all files for 'locate'."
  (program-file
   "updatedb"
   #~(begin
       (setenv "PATH" (string-append #$package "/bin"))
       (execl #$(file-append package "/bin/updatedb") "updatedb"
              #$(string-append "--prunepaths="
                               (string-join excluded-directories " "))))))

(define file-database-service-type
  (shepherd-service-type
   'file-database
   (match-record-lambda <file-database-configuration>
       (package schedule excluded-directories)
     (timer-service 'file-database-update schedule
                    (list (file-database-program package
                                                 excluded-directories))))
   (file-database-configuration)
   (description "Keep the database of 'locate' up to date.")))

(define-record-type* <package-database-configuration>
  package-database-configuration make-package-database-configuration
  package-database-configuration?
  (package  package-database-configuration-package
            (default guix)
            (sanitize (checked file-like? 'package)))
  (schedule package-database-configuration-schedule
            (default "10 23 * * 1")
            (sanitize (checked string-or-gexp? 'schedule)))
  (method   package-database-configuration-method
            (default 'store)
            (sanitize (checked symbol? 'method)))
  (channels package-database-configuration-channels
            (default #~%default-channels)
            (sanitize (checked gexp? 'channels))))

(define package-database-service-type
  (shepherd-service-type
   'package-database
   (match-record-lambda <package-database-configuration>
       (package schedule method channels)
     (shepherd-timer '(package-database-update) schedule
                     (list (file-append package "/bin/guix")
                           "time-machine"
                           "-C" (scheme-file "channels.scm" channels)
                           "--" "locate" "--update"
                           (string-append "--method="
                                          (symbol->string method)))
                     #:requirement '(user-processes guix-daemon)))
   (package-database-configuration)
   (description "Keep the database of 'guix locate' up to date.")))

;;;
;;; Upgrades.
;;;

(define %unattended-upgrade-log-file
  "/var/log/unattended-upgrade.log")

(define-record-type* <unattended-upgrade-configuration>
  unattended-upgrade-configuration make-unattended-upgrade-configuration
  unattended-upgrade-configuration?
  (operating-system-file
   unattended-upgrade-configuration-operating-system-file
   (default "/run/current-system/configuration.scm"))
  (operating-system-expression
   unattended-upgrade-configuration-operating-system-expression
   (default #f))
  (schedule             unattended-upgrade-configuration-schedule
                        (default "30 01 * * 0"))
  (channels             unattended-upgrade-configuration-channels
                        (default #~%default-channels))
  (reboot?              unattended-upgrade-configuration-reboot?
                        (default #f))
  (services-to-restart  unattended-upgrade-configuration-services-to-restart
                        (default '(unattended-upgrade)))
  (system-expiration    unattended-upgrade-configuration-system-expiration
                        (default (* 3 30 24 3600))) ;seconds
  (maximum-duration     unattended-upgrade-configuration-maximum-duration
                        (default 3600))             ;seconds
  (log-file             unattended-upgrade-configuration-log-file
                        (default %unattended-upgrade-log-file)))

(define (unattended-upgrade-program configuration)
  "Return the program that brings the machine to the latest version of its
definition."
  (match-record configuration <unattended-upgrade-configuration>
      (operating-system-file operating-system-expression channels reboot?
       services-to-restart system-expiration)
    (program-file
     "unattended-upgrade"
     #~(begin
         (define (guix . arguments)
           (unless (zero? (apply system* "guix" arguments))
             (exit 1)))

         (setenv "PATH" "/run/current-system/profile/bin")
         (guix "time-machine" "-C" #$(scheme-file "channels.scm" channels)
               "--" "system" "reconfigure"
               #$@(if operating-system-expression
                      #~("-e" (object->string
                               '#$operating-system-expression))
                      (list operating-system-file)))
         (guix "system" "delete-generations"
               #$(string-append (number->string system-expiration) "s"))
         (for-each (lambda (service)
                     (system* "herd" "restart" (symbol->string service)))
                   '#$services-to-restart)
         #$@(if reboot? #~((system* "reboot")) #~())))))

(define unattended-upgrade-service-type
  (shepherd-service-type
   'unattended-upgrade
   (lambda (configuration)
     (shepherd-timer
      '(unattended-upgrade)
      (unattended-upgrade-configuration-schedule configuration)
      (list (unattended-upgrade-program configuration))
      #:requirement '(user-processes networking)
      #:log-file (unattended-upgrade-configuration-log-file configuration)))
   (unattended-upgrade-configuration)
   (description "Upgrade the system from time to time.")))

;;;
;;; Growing file systems.
;;;

(define-record-type* <resize-file-system-configuration>
  resize-file-system-configuration make-resize-file-system-configuration
  resize-file-system-configuration?
  (file-system    resize-file-system-configuration-file-system)
  (cloud-utils    resize-file-system-configuration-cloud-utils
                  (default cloud-utils))
  (e2fsprogs      resize-file-system-configuration-e2fsprogs
                  (default e2fsprogs))
  (btrfs-progs    resize-file-system-configuration-btrfs-progs
                  (default btrfs-progs))
  (bcachefs-tools resize-file-system-configuration-bcachefs-tools
                  (default bcachefs-tools)))

(define (grow-command configuration type mount-point)
  "Return a gexp of the command that makes a file system of TYPE at MOUNT-POINT
fill its device, the value of 'device' there."
  (match-record configuration <resize-file-system-configuration>
      (e2fsprogs btrfs-progs bcachefs-tools)
    (cond ((string-prefix? "ext" type)
           #~(list #$(file-append e2fsprogs "/sbin/resize2fs") device))
          ((string=? "btrfs" type)
           #~(list #$(file-append btrfs-progs "/bin/btrfs")
                   "filesystem" "resize" "max" #$mount-point))
          ((string=? "bcachefs" type)
           #~(list #$(file-append bcachefs-tools "/sbin/bcachefs")
                   "device" "resize" device))
          (else
           (error "no way to grow a file system of this type" type)))))

(define (resize-file-system-shepherd-service configuration)
  "Return the service that grows a partition and its file system, once."
  (match-record configuration <resize-file-system-configuration>
      (file-system cloud-utils)
    (shepherd-service
     (documentation "Make a file system fill the disk.")
     (provision '(resize-file-system))
     (requirement '(user-processes))
     (one-shot? #t)
     (respawn? #f)
     (modules '((guix build utils)
                (gnu build file-systems)
                (gnu system file-systems)))
     (start
      #~(lambda _
          (let* ((device (canonicalize-device-spec
                          (file-system-device
                           (spec->file-system
                            '#$(file-system->spec file-system)))))
                 (sysfs  (string-append "/sys/class/block/"
                                        (basename device)))
                 (number (string-append sysfs "/partition")))
            (when (file-exists? number)
              (system* #$(file-append cloud-utils "/bin/growpart")
                       (string-append
                        "/dev/"
                        (basename (dirname (canonicalize-path sysfs))))
                       (number->string (call-with-input-file number read))))
            (zero? (apply system*
                          #$(grow-command
                             configuration
                             (file-system-type file-system)
                             (file-system-mount-point file-system))))))))))

(define resize-file-system-service-type
  (shepherd-service-type
   'resize-file-system
   resize-file-system-shepherd-service
   (description "Make a file system fill the disk that it is on.")))
