;;; Walking through directories.

(define-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:export (ftw nftw file-system-fold file-system-tree scandir))

(define (%stat-or-error stat name proceed refused)
  (let ((result (catch 'system-error
                  (lambda () (stat name))
                  (lambda arguments
                    (system-error-errno arguments)))))
    (if (integer? result)
        (refused result)
        (proceed result))))

;; The names in a directory but `.' and `..', in order; #f where it cannot be read.
(define (%directory-names name)
  (catch 'system-error
    (lambda ()
      (let ((stream (opendir name)))
        (let loop ((names '()))
          (let ((entry (readdir stream)))
            (cond ((eof-object? entry)
                   (closedir stream)
                   (sort names string<?))
                  ((member entry '("." "..")) (loop names))
                  (else (loop (cons entry names))))))))
    (lambda arguments #f)))

(define* (file-system-fold enter? leaf down up skip error initial file #:optional (stat lstat))
  (let visit ((file file) (result initial))
    (%stat-or-error
     stat file
     (lambda (status)
       (cond ((not (eq? 'directory (stat:type status)))
              (leaf file status result))
             ((not (enter? file status result))
              (skip file status result))
             (else
              (match (%directory-names file)
                (#f (error file status 13 result))
                (names
                 (let loop ((names names) (result (down file status result)))
                   (if (null? names)
                       (up file status result)
                       (loop (cdr names)
                             (visit (%join file (car names)) result)))))))))
     (lambda (code)
       (error file #f code result)))))

(define (%join directory name)
  (if (string-suffix? "/" directory)
      (string-append directory name)
      (string-append directory "/" name)))

;; (NAME STATUS CHILD ...) of each file under FILE.
(define* (file-system-tree file #:optional (enter? (lambda (name status) #t)) (stat lstat))
  (let visit ((path file) (name (basename file)))
    (%stat-or-error
     stat path
     (lambda (status)
       (cons* name status
              (if (and (eq? 'directory (stat:type status)) (enter? path status))
                  (let loop ((names (or (%directory-names path) '())))
                    (if (null? names)
                        '()
                        (let ((child (visit (%join path (car names)) (car names))))
                          (if child
                              (cons child (loop (cdr names)))
                              (loop (cdr names))))))
                  '())))
     (lambda (code) #f))))

(define* (scandir name #:optional (select? (lambda (name) #t)) (entry<? string<?))
  (let ((names (%directory-names name)))
    (and names
         (sort (filter select? (cons* "." ".." names)) entry<?))))

(define (%walk file stat visit)
  ;; VISIT gets name, status (#f if there is none), kind and level; walking stops when it gives no #t.
  (let walk ((file file) (level 0))
    (%stat-or-error
     stat file
     (lambda (status)
       (if (not (eq? 'directory (stat:type status)))
           (visit file status (if (eq? 'symlink (stat:type status)) 'symlink 'regular) level)
           (match (%directory-names file)
             (#f (visit file status 'directory-not-readable level))
             (names
              (let ((outcome (visit file status 'directory level)))
                (if (eq? outcome #t)
                    (let loop ((names names))
                      (if (null? names)
                          #t
                          (let ((outcome (walk (%join file (car names)) (+ level 1))))
                            (if (eq? outcome #t)
                                (loop (cdr names))
                                outcome))))
                    outcome))))))
     (lambda (code)
       (visit file #f 'invalid-stat level)))))

(define (ftw start procedure . options)
  (%walk start stat
         (lambda (name status kind level)
           (procedure name status kind))))

(define (nftw start procedure . options)
  (%walk start lstat
         (lambda (name status kind level)
           (procedure name status kind
                      (let ((slash (string-rindex name #\/)))
                        (if slash (+ slash 1) 0))
                      level))))
