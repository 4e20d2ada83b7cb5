;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Files and directories in build-side code.

(define-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:autoload   (ice-9 regex) (list-matches
                               match:end
                               match:start
                               match:substring
                               string-match)
  #:use-module (ice-9 textual-ports)
  #:use-module (srfi srfi-11)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:export (%store-directory
            store-file-name?
            strip-store-file-name
            package-name->name+version
            parallel-job-count

            compressor
            tarball?
            %xz-parallel-args

            directory-exists?
            executable-file?
            symbolic-link?
            switch-symlinks
            call-with-temporary-output-file
            call-with-ascii-input-file
            file-header-match
            elf-file?
            ar-file?
            gzip-file?
            png-file?
            script-file?

            mkdir-p
            install-file
            make-file-writable
            copy-recursively
            delete-file-recursively
            file-name-predicate
            find-files
            find-file
            false-if-file-not-found
            with-directory-excursion
            with-atomic-file-replacement
            dump-port
            dump-file
            reset-timestamps

            search-path-as-list
            set-path-environment-variable
            search-path-as-string->list
            list->search-path-as-string
            search-input-file
            search-input-directory
            search-error?
            search-error-path
            search-error-file
            search-error-candidates
            which

            every*
            alist-cons-before
            alist-cons-after
            alist-replace
            modify-phases

            substitute
            substitute*
            patch-shebang
            patch-makefile-SHELL

            invoke
            invoke/quiet
            invoke-error?
            invoke-error-program
            invoke-error-arguments
            invoke-error-exit-status
            invoke-error-term-signal
            invoke-error-stop-signal
            report-invoke-error

            wrap-program
            wrap-script))

;;;
;;; Names.
;;;

(define (%store-directory)
  "Return the directory of the store."
  (or (getenv "NIX_STORE") "/gnu/store"))

(define (store-file-name? file)
  "Return true if FILE is in the store."
  (string-prefix? (%store-directory) file))

(define (strip-store-file-name file)
  "Return FILE without the store's directory and the hash."
  (if (store-file-name? file)
      (let ((start (+ 34 (string-length (%store-directory)))))
        (substring file start))
      file))

(define (package-name->name+version name)
  "Return two values: the name and the version in NAME, such as \"foo-1.2\"; the
version begins with a digit after a dash, and is #f if there is none."
  (let loop ((index (string-index name #\-)))
    (cond ((not index)
           (values name #f))
          ((and (< (+ index 1) (string-length name))
                (char-numeric? (string-ref name (+ index 1))))
           (values (substring name 0 index) (substring name (+ index 1))))
          (else
           (loop (string-index name #\- (+ index 1)))))))

(define parallel-job-count
  (make-parameter 1))

(define %xz-parallel-args
  (make-parameter '()))

(define (compressor file-name)
  "Return the name of the program that compressed the file called FILE-NAME."
  (cond ((string-suffix? "gz" file-name) "gzip")
        ((string-suffix? "Z" file-name) "gzip")
        ((string-suffix? "bz2" file-name) "bzip2")
        ((string-suffix? "lz" file-name) "lzip")
        ((string-suffix? "xz" file-name) "xz")
        ((string-suffix? "zip" file-name) "unzip")
        (else #f)))

(define (tarball? file-name)
  "Return true if FILE-NAME is that of a tar archive."
  (and (string-match "\\.(tar(\\..*)?|tgz|tbz)$" file-name) #t))


;;;
;;; Questions.
;;;

(define (file-type file)
  (let ((stat (false-if-exception (lstat file))))
    (and stat (stat:type stat))))

(define (directory-exists? directory)
  "Return true if DIRECTORY is there and is a directory."
  (let ((stat (stat directory #f)))
    (and stat
         (eq? 'directory (stat:type stat)))))

(define (executable-file? file)
  "Return true if FILE is a regular file that its owner may run."
  (let ((stat (stat file #f)))
    (and stat
         (eq? 'regular (stat:type stat))
         (not (zero? (logand (stat:mode stat) #o100))))))

(define (symbolic-link? file)
  "Return true if FILE is a symbolic link."
  (eq? 'symlink (file-type file)))

(define (file-header-match header)
  "Return a procedure that is true for files that begin with HEADER, a
bytevector."
  (define size (bytevector-length header))
  (lambda (file)
    (equal? header
            (call-with-input-file file
              (lambda (port) (get-bytevector-n port size))))))

(define elf-file? (file-header-match #vu8(127 69 76 70)))
(define ar-file? (file-header-match #vu8(33 60 97 114 99 104 62 10)))
(define gzip-file? (file-header-match #vu8(31 139)))
(define png-file? (file-header-match #vu8(137 80 78 71 13 10 26 10)))

(define (script-file? name)
  "Return true if NAME begins with '#!'."
  (call-with-input-file name
    (lambda (port)
      (equal? #vu8(35 33) (get-bytevector-n port 2)))))


;;;
;;; Making, copying and removing.
;;;

(define* (mkdir-p dir #:optional mode)
  "Make the directory DIR, with MODE, and those above it that are missing."
  (let loop ((parts (string-split dir #\/))
             (path (if (string-prefix? "/" dir) "" ".")))
    (match parts
      (() #t)
      (("" . rest) (loop rest path))
      ((name . rest)
       (let ((path (string-append path "/" name)))
         (unless (directory-exists? path)
           (if (and mode (null? (delete "" rest)))
               (mkdir path mode)
               (mkdir path)))
         (loop rest path))))))

(define (install-file file directory)
  "Copy FILE into DIRECTORY, which is made if need be."
  (mkdir-p directory)
  (copy-file file (string-append directory "/" (basename file))))

(define (make-file-writable file)
  "Let the owner of FILE write it."
  (chmod file (logior #o600 (stat:perms (stat file)))))

(define (entries directory)
  (let ((stream (opendir directory)))
    (let loop ((names '()))
      (let ((name (readdir stream)))
        (cond ((eof-object? name)
               (closedir stream)
               (sort names string<?))
              ((member name '("." "..")) (loop names))
              (else (loop (cons name names))))))))

(define* (copy-recursively source destination
                           #:key
                           (log #f)
                           (follow-symlinks? #f)
                           (copy-file copy-file)
                           (keep-mtime? #f)
                           (keep-permissions? #t)
                           (select? (const #t)))
  "Copy SOURCE, a directory or file, to DESTINATION.  Symbolic links are copied
as such unless FOLLOW-SYMLINKS? is true.  Files for which SELECT?, given a file
and what 'lstat' says of it, is false are left out."
  (define (file-stat file)
    (if follow-symlinks? (stat file) (lstat file)))

  (define (finish from to from-stat)
    (when keep-permissions?
      (chmod to (stat:perms from-stat)))
    (when keep-mtime?
      (utime to (stat:mtime from-stat) (stat:mtime from-stat))))

  (let copy ((from source) (to destination) (top? #t))
    (let ((from-stat (file-stat from)))
      (when (or top? (select? from from-stat))
        (when (port? log)
          (format log "`~a' -> `~a'~%" from to))
        (case (stat:type from-stat)
          ((directory)
           (mkdir-p to)
           (for-each (lambda (name)
                       (copy (string-append from "/" name)
                             (string-append to "/" name)
                             #f))
                     (entries from))
           (finish from to from-stat))
          ((symlink)
           (when (file-type to)
             (delete-file to))
           (symlink (readlink from) to))
          ((regular)
           (copy-file from to)
           (finish from to from-stat))
          (else
           ;; Devices and pipes: nothing of theirs can be read.
           (mknod to (stat:type from-stat) (stat:perms from-stat)
                  (stat:rdev from-stat))
           (finish from to from-stat)))))))

(define* (delete-file-recursively dir #:key follow-mounts?)
  "Delete DIR and all that is in it."
  (let delete ((file dir))
    (case (file-type file)
      ((directory)
       (for-each (lambda (name)
                   (delete (string-append file "/" name)))
                 (entries file))
       (rmdir file))
      ((#f) #t)
      (else (delete-file file)))))

(define (switch-symlinks link target)
  "Make LINK, which may be there, a symbolic link to TARGET."
  (let ((pivot (string-append link ".new")))
    (symlink target pivot)
    (rename-file pivot link)))

(define (file-name-predicate regexp)
  "Return a predicate that is true if the last part of a file's name matches
REGEXP."
  (let ((rx (if (string? regexp) (make-regexp regexp) regexp)))
    (lambda (file stat)
      (and (regexp-exec rx (basename file)) #t))))

(define* (find-files dir #:optional (pred (const #t))
                     #:key
                     (stat lstat)
                     directories?
                     fail-on-error?)
  "Return the sorted list of the files below DIR for which PRED is true: a
procedure of a file and what STAT says of it, or a regular expression that the
last part of its name matches.  Directories are among them if DIRECTORIES? is
true."
  (define matches?
    (if (procedure? pred) pred (file-name-predicate pred)))

  (define (status-of file)
    (false-if-exception (stat file)))

  (define (walk file)
    (let ((status (status-of file)))
      (cond ((not status) '())
            ((eq? 'directory (stat:type status))
             (let ((below (append-map (lambda (name)
                                        (walk (string-append file "/" name)))
                                      (entries file))))
               (if (and directories? (matches? file status))
                   (cons file below)
                   below)))
            ((matches? file status) (list file))
            (else '()))))

  (if (and fail-on-error? (not (status-of dir)))
      (error "cannot read directory" dir)
      (sort (walk dir) string<?)))

(define (find-file directory regexp)
  "Return the first file in DIRECTORY whose name matches REGEXP."
  (match (find-files directory regexp)
    (() (error "no file matches" directory regexp))
    ((file . _) file)))

(define-syntax-rule (false-if-file-not-found exp)
  (catch 'system-error
    (lambda () exp)
    (lambda args
      (if (= 2 (car (list-ref args 4)))
          #f
          (apply throw args)))))

(define-syntax-rule (with-directory-excursion dir body ...)
  (let ((init (getcwd)))
    (dynamic-wind
      (lambda () (chdir dir))
      (lambda () body ...)
      (lambda () (chdir init)))))

(define (call-with-temporary-output-file proc)
  "Call PROC with the name of a temporary file and a port to it."
  (let* ((port (mkstemp (string-append (or (getenv "TMPDIR") "/tmp")
                                       "/guix-file.XXXXXX")))
         (name (port-filename port)))
    (dynamic-wind
      (const #t)
      (lambda () (proc name port))
      (lambda ()
        (close-port port)
        (when (file-exists? name)
          (delete-file name))))))

(define (call-with-ascii-input-file file proc)
  "Call PROC with a port to read FILE."
  (call-with-input-file file proc))

(define* (with-atomic-file-replacement file proc #:key (encoding #f))
  "Call PROC with a port to read FILE and one to write what takes its place."
  (let* ((template (string-append file ".XXXXXX"))
         (out      (mkstemp template))
         (name     (port-filename out))
         (mode     (stat:perms (stat file))))
    (catch #t
      (lambda ()
        (let ((result (call-with-input-file file
                        (lambda (in) (proc in out)))))
          (close-port out)
          (chmod name mode)
          (rename-file name file)
          result))
      (lambda args
        (close-port out)
        (when (file-exists? name)
          (delete-file name))
        (apply throw args)))))

(define* (dump-port in out #:optional len #:key (buffer-size 16384)
                    (progress (lambda (total continue) (continue))))
  "Write what can be read from IN, or LEN bytes of it, to OUT."
  (let loop ((left len))
    (let ((bytes (if (and left (zero? left))
                     (eof-object)
                     (get-bytevector-n in (if left
                                              (min left buffer-size)
                                              buffer-size)))))
      (unless (eof-object? bytes)
        (put-bytevector out bytes)
        (loop (and left (- left (bytevector-length bytes))))))))

(define (dump-file file port)
  "Write the content of FILE to PORT."
  (call-with-input-file file
    (lambda (in) (dump-port in port))))

(define (reset-timestamps directory)
  "Set the time of all files below DIRECTORY to one second after the epoch."
  (for-each (lambda (file)
              (unless (symbolic-link? file)
                (utime file 1 1)))
            (find-files directory #:directories? #t)))


;;;
;;; Search paths.
;;;

(define* (search-path-as-list files input-dirs #:key (type 'directory) pattern)
  "Return those of FILES below INPUT-DIRS that are there and of TYPE; with PATTERN,
the files below them whose names match it."
  (append-map (lambda (input)
                (append-map (lambda (file)
                              (let* ((name   (string-append input "/" file))
                                     (status (stat name #f)))
                                (cond (pattern
                                       (if (directory-exists? name)
                                           (find-files name pattern)
                                           '()))
                                      ((and status (eq? type (stat:type status)))
                                       (list name))
                                      (else '()))))
                            files))
              (delete-duplicates input-dirs)))

(define (list->search-path-as-string lst separator)
  "Return the strings of LST with SEPARATOR between them."
  (if separator
      (string-join lst separator)
      (match lst
        ((head . _) head)
        (() ""))))

(define* (search-path-as-string->list path #:optional (separator #\:))
  "Return the list of the directories in PATH."
  (if separator (string-split path separator) (list path)))

(define* (set-path-environment-variable env-var files input-dirs
                                        #:key (separator ":") (type 'directory)
                                        pattern)
  "Set ENV-VAR to those of FILES that are found below INPUT-DIRS."
  (let ((path (search-path-as-list files input-dirs #:type type #:pattern pattern)))
    (if (null? path)
        (unsetenv env-var)
        (setenv env-var (list->search-path-as-string path separator)))))

(define (which program)
  "Return the file called PROGRAM in the directories of PATH, or #f."
  (search-path (search-path-as-string->list (or (getenv "PATH") "")) program))

(define-condition-type &search-error &error
  search-error?
  (path search-error-path)
  (file search-error-file)
  (candidates search-error-candidates))

(define (search-input inputs file there?)
  (or (any (match-lambda
             ((_ . directory)
              (let ((name (string-append directory "/" file)))
                (and (there? name) name))))
           inputs)
      (raise (condition
              (&search-error (path (map cdr inputs)) (file file)
                             (candidates '()))))))

(define (search-input-file inputs file)
  "Return FILE below one of INPUTS, an alist of labels and directories."
  (search-input inputs file file-exists?))

(define (search-input-directory inputs directory)
  "Return DIRECTORY below one of INPUTS, an alist of labels and directories."
  (search-input inputs directory directory-exists?))


;;;
;;; Lists.
;;;

(define (every* pred lst)
  "Return true if PRED is true for all of LST; it is called for all in any case."
  (fold (lambda (item result) (and (pred item) result)) #t lst))

(define* (alist-cons-before reference key value alist #:optional (key=? equal?))
  "Return ALIST with KEY and VALUE in front of REFERENCE."
  (let-values (((before after)
                (break (match-lambda ((k . _) (key=? k reference))) alist)))
    (append before (alist-cons key value after))))

(define* (alist-cons-after reference key value alist #:optional (key=? equal?))
  "Return ALIST with KEY and VALUE behind REFERENCE."
  (let-values (((before after)
                (break (match-lambda ((k . _) (key=? k reference))) alist)))
    (match after
      ((reference . rest) (append before (cons* reference (cons key value) rest)))
      (() (append before (list (cons key value)))))))

(define* (alist-replace key value alist #:optional (key=? equal?))
  "Return ALIST with VALUE as that of KEY, which must be there."
  (let-values (((before after)
                (break (match-lambda ((k . _) (key=? k key))) alist)))
    (append before (alist-cons key value (cdr after)))))

(define-syntax modify-phases
  (syntax-rules (delete replace add-before add-after)
    ((_ phases) phases)
    ((_ phases (delete name) rest ...)
     (modify-phases (alist-delete name phases) rest ...))
    ((_ phases (replace name value) rest ...)
     (modify-phases (alist-replace name value phases) rest ...))
    ((_ phases (add-before reference name value) rest ...)
     (modify-phases (alist-cons-before reference name value phases) rest ...))
    ((_ phases (add-after reference name value) rest ...)
     (modify-phases (alist-cons-after reference name value phases) rest ...))))


;;;
;;; Text substitution.
;;;

(define (read-line/keep port)
  (read-line port 'concat))

(define* (substitute file pattern+procs)
  "PATTERN+PROCS is a list of regular expressions and procedures.  Each line of
FILE is given to the procedures in turn whose expressions match it, with the
list of matches; what they return takes its place."
  (let ((rx+procs (map (match-lambda
                         ((pattern . proc)
                          (cons (if (string? pattern)
                                    (make-regexp pattern regexp/extended)
                                    pattern)
                                proc)))
                       pattern+procs)))
    (with-atomic-file-replacement file
      (lambda (in out)
        (let loop ((line (read-line/keep in)))
          (unless (eof-object? line)
            (display (fold (lambda (rx+proc line)
                             (match (list-matches (car rx+proc) line)
                               (() line)
                               (matches ((cdr rx+proc) line matches))))
                           line
                           rx+procs)
                     out)
            (loop (read-line/keep in))))))))

(define-syntax let-matches
  (syntax-rules (_)
    ((let-matches index match (_ vars ...) body ...)
     (let-matches (+ 1 index) match (vars ...) body ...))
    ((let-matches index match (var vars ...) body ...)
     (let ((var (match:substring match index)))
       (let-matches (+ 1 index) match (vars ...) body ...)))
    ((let-matches index match () body ...)
     (begin body ...))))

;; (substitute* FILE-OR-FILES ((REGEXP MATCH-VAR ...) BODY ...) ...)
(define-syntax substitute*
  (syntax-rules ()
    ((substitute* file ((regexp match-var ...) body ...) ...)
     (let ((files file))
       (for-each
        (lambda (name)
          (substitute
           name
           (list (cons regexp
                       (lambda (line matches)
                         ;; Between the matches the line stays as it is.
                         (let loop ((matches matches) (start 0) (pieces '()))
                           (if (null? matches)
                               (string-concatenate
                                (reverse (cons (substring line start) pieces)))
                               (let* ((match (car matches))
                                      (new   (let-matches
                                              0 match (match-var ...)
                                              body ...)))
                                 (loop (cdr matches)
                                       (match:end match)
                                       (cons* new
                                              (substring line start
                                                         (match:start match))
                                              pieces)))))))
                 ...)))
        (if (string? files) (list files) files))))))

(define* (patch-shebang file
                        #:optional
                        (path (search-path-as-string->list
                               (or (getenv "PATH") "")))
                        #:key (keep-mtime? #t))
  "If FILE is a script whose interpreter is found under the same name in PATH, let
it be run by that."
  (define (interpreter line)
    (match (string-match "^#![ \t]*([^ \t\n]+)[ \t]*([^ \t\n]*)" line)
      (#f #f)
      (found
       (let ((program (match:substring found 1)))
         (if (string=? "env" (basename program))
             (list (match:substring found 2) (match:end found 2))
             (list program (match:end found 1)))))))

  (and (script-file? file)
       (match (interpreter (call-with-input-file file read-line))
         (#f #f)
         ((program end)
          (let ((new (search-path path (basename program))))
            (and new
                 (let ((text (call-with-input-file file get-string-all)))
                   (with-atomic-file-replacement file
                     (lambda (in out)
                       (display (string-append "#!" new (substring text end))
                                out)))
                   #t)))))))

(define* (patch-makefile-SHELL file #:key (keep-mtime? #t))
  "Let the makefile FILE use the shell that is found in PATH, if there is one."
  (let ((shell (or (which "sh") (which "bash"))))
    (when shell
      (substitute* file
        (("^ *SHELL[[:blank:]]*:?=[^\n]*")
         (string-append "SHELL = " shell))))))


;;;
;;; Programs.  Where an image is made, none can be run: 'system*' says so.
;;;

(define-condition-type &invoke-error &error
  invoke-error?
  (program      invoke-error-program)
  (arguments    invoke-error-arguments)
  (exit-status  invoke-error-exit-status)
  (term-signal  invoke-error-term-signal)
  (stop-signal  invoke-error-stop-signal))

(define (invoke program . arguments)
  "Run PROGRAM with ARGUMENTS; raise an '&invoke-error' if it fails."
  (let ((status (apply system* program arguments)))
    (unless (zero? status)
      (raise (condition
              (&invoke-error
               (program program)
               (arguments arguments)
               (exit-status (status:exit-val status))
               (term-signal (status:term-sig status))
               (stop-signal (status:stop-sig status))))))
    #t))

(define (invoke/quiet program . arguments)
  "Run PROGRAM with ARGUMENTS as 'invoke' does, its output aside."
  (with-output-to-file "/dev/null"
    (lambda ()
      (apply invoke program arguments))))

(define (report-invoke-error condition)
  "Report CONDITION, a failed 'invoke'."
  (format (current-error-port) "command ~s failed~%"
          (cons (invoke-error-program condition)
                (invoke-error-arguments condition))))

(define* (wrap-program prog #:key (sh (or (which "bash") "/bin/sh"))
                       #:rest vars)
  "Put a script in the place of PROG that sets environment variables and runs it.
VARS is a list of (NAME SEPARATOR POSITION VALUES), where POSITION is one of 'prefix',
'suffix' and '='."
  (define variables
    (let loop ((vars vars))
      (match vars
        ((#:sh _ . rest) (loop rest))
        (_ vars))))

  (define (export name separator position values)
    (let ((value (string-join values separator)))
      (case position
        ((=) (format #f "export ~a=\"~a\"" name value))
        ((prefix)
         (format #f "export ~a=\"~a${~a:+~a}$~a\""
                 name value name separator name))
        ((suffix)
         (format #f "export ~a=\"$~a${~a:+~a}~a\""
                 name name name separator value))
        (else (error "wrap-program: no such position" position)))))

  (define export-line
    (match-lambda
      ((name values) (export name ":" 'prefix values))
      ((name position values) (export name ":" position values))
      ((name separator position values)
       (export name separator position values))))

  (let ((real (string-append (dirname prog) "/." (basename prog) "-real")))
    (rename-file prog real)
    (call-with-output-file prog
      (lambda (port)
        (format port "#!~a~%~a~%exec -a \"$0\" \"~a\" \"$@\"~%"
                sh
                (string-join (map export-line variables) "\n")
                (canonicalize-path real))))
    (chmod prog #o755)))

(define (wrap-script prog . rest)
  "Put a script in the place of PROG, as 'wrap-program' does."
  (apply wrap-program prog rest))
