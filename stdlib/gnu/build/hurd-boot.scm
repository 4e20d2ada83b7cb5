;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What the Hurd finds in its root file system when it starts.  Its devices are
;;; files with a passive translator: the command of the server that answers for the
;;; file, kept in an extended attribute.

(define-module (gnu build hurd-boot)
  #:use-module (guix build syscalls)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (make-hurd-device-nodes))

;; Files that servers put themselves on when they are started.
(define %server-files
  '("startup" "exec" "proc" "password" "default-pager" "crash-dump-core"
    "kill" "suspend"))

;; Translators: (FILE MODE COMMAND ...).
(define %servers
  '(("servers/bus/pci" #o755 "/hurd/pci-arbiter")
    ("servers/crash-dump-core" #o444 "/hurd/crash" "--dump-core")
    ("servers/crash-kill" #o600 "/hurd/crash" "--kill")
    ("servers/crash-suspend" #o600 "/hurd/crash" "--suspend")
    ("servers/password" #o444 "/hurd/password")
    ("servers/socket/1" #o600 "/hurd/pflocal")
    ("proc" #o755 "/hurd/procfs" "--stat-mode=444")))

(define %devices
  '(("dev/console" #o600 "/hurd/term" "/dev/console" "device" "console")
    ("dev/fd" #o555 "/hurd/magic" "--directory" "fd")
    ("dev/full" #o666 "/hurd/null" "--full")
    ("dev/klog" #o600 "/hurd/streamio" "kmsg")
    ("dev/mem" #o660 "/hurd/storeio" "--no-cache" "mem")
    ("dev/netdde" #o660 "/hurd/netdde")
    ("dev/null" #o666 "/hurd/null")
    ("dev/random" #o644 "/hurd/random" "--seed-file" "/var/lib/random-seed")
    ("dev/rumpdisk" #o660 "/hurd/rumpdisk")
    ("dev/shm" #o644 "/hurd/tmpfs" "--mode=1777" "50%")
    ("dev/time" #o644 "/hurd/storeio" "--no-cache" "time")
    ("dev/tty" #o666 "/hurd/magic" "tty")
    ("dev/vcs" #o755 "/hurd/console")
    ("dev/zero" #o666 "/hurd/storeio" "--store-type=zero")))

(define (network-device n)
  (let ((name (format #f "eth~a" n)))
    `(,(string-append "dev/" name) #o660
      "/hurd/devnode" "--master-device=/dev/net" ,name)))

(define (terminal n)
  `(,(format #f "dev/tty~a" n) #o666
    "/hurd/term" ,(format #f "/dev/tty~a" n)
    "hurdio" ,(format #f "/dev/vcs/~a/console" n)))

(define (pseudo-terminal n)
  (define (end own kind other)
    `(,(format #f "dev/~a~a" own n) #o666
      "/hurd/term" ,(format #f "/dev/~a~a" own n)
      ,kind ,(format #f "/dev/~a~a" other n)))

  (list (end "ptyp" "pty-master" "ttyp")
        (end "ttyp" "pty-slave" "ptyp")))

;; A disk that the kernel drives, and its partitions.
(define (kernel-disk n)
  (cons `(,(format #f "dev/hd~a" n) #o600 "/hurd/storeio" ,(format #f "hd~a" n))
        (map (lambda (partition)
               (let ((name (format #f "hd~as~a" n partition)))
                 `(,(string-append "dev/" name) #o660 "/hurd/storeio" ,name)))
             (iota 4 1))))

;; A disk that rumpdisk drives.
(define (rump-disk n)
  (let ((device (format #f "@/dev/disk:wd~a" n)))
    (cons `(,(format #f "dev/wd~a" n) #o600 "/hurd/storeio" ,device)
          (map (lambda (partition)
                 `(,(format #f "dev/wd~as~a" n partition) #o660
                   "/hurd/storeio" "--store-type=typed"
                   ,(format #f "part:~a:device:~a" partition device)))
               (iota 4 1)))))

(define (all-translators)
  (append %servers
          %devices
          (map network-device (iota 2))
          ;; The console shows the terminal that is opened last: syslogd's, which
          ;; would be the twelfth, is left out.
          (map terminal (iota 11 1))
          (append-map pseudo-terminal (iota 10))
          (append-map kernel-disk (iota 4))
          (append-map rump-disk (iota 4))))

(define %links
  '(("dev/disk" "/dev/rumpdisk")
    ("dev/net" "/dev/netdde")
    ("dev/stdin" "/dev/fd/0")
    ("dev/stdout" "/dev/fd/1")
    ("dev/stderr" "/dev/fd/2")
    ("dev/urandom" "/dev/random")
    ("servers/crash" "crash-dump-core")
    ("servers/socket/inet" "/servers/socket/2")
    ("servers/socket/inet6" "/servers/socket/26")))

(define (translated? file)
  "Return true if FILE has a passive translator."
  (catch 'system-error
    (lambda ()
      (getxattr file "gnu.translator")
      #t)
    (const #f)))

(define (make-file file mode)
  (call-with-output-file file (const #t))
  (chmod file mode))

(define (set-translator file mode command)
  "Make COMMAND, a list of strings, the translator of FILE, unless it has one.
Where there is no FILE, make it, with MODE."
  (unless (file-exists? file)
    (mkdir-p (dirname file))
    (make-file file mode))
  (unless (translated? file)
    (setxattr file "gnu.translator" (string-join command "\0" 'suffix))))

(define* (make-hurd-device-nodes #:optional (root "/"))
  "Make the files of the Hurd's servers and its device nodes below ROOT."
  (define (scope file)
    (string-append (string-trim-right root #\/) "/" file))

  (for-each (compose mkdir-p scope)
            '("dev/vcs" "proc" "servers/bus/pci" "servers/socket"))
  (for-each (lambda (name)
              (make-file (scope (string-append "servers/" name)) #o444))
            %server-files)
  (for-each (match-lambda
              ((file mode . command)
               (set-translator (scope file) mode command)))
            (all-translators))
  (for-each (match-lambda
              ((file target)
               (unless (false-if-exception (lstat (scope file)))
                 (symlink target (scope file)))))
            %links))
