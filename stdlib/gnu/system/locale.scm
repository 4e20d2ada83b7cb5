;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Locales that a system defines.

(define-module (gnu system locale)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module ((gnu packages base) #:select (glibc glibc-2.39))
  #:export (locale-definition
            locale-definition?
            locale-definition-name
            locale-definition-source
            locale-definition-charset

            locale-name->definition
            locale-directory
            glibc-supported-locales
            %default-locale-libcs
            %default-locale-definitions))

(define-record-type* <locale-definition>
  locale-definition make-locale-definition
  locale-definition?
  (name    locale-definition-name)                ;such as "de_DE.utf8"
  (source  locale-definition-source)              ;such as "de_DE"
  (charset locale-definition-charset
           (default "UTF-8")))

(define (charset codeset)
  "Return the name of the character set that CODESET, as it stands in a locale's
name, is short for; #f if there is none."
  (let ((codeset (string-downcase codeset)))
    (cond ((member codeset '("utf8" "utf-8"))
           "UTF-8")
          ((assoc-ref '(("gbk" . "GBK") ("gb18030" . "GB18030")
                        ("big5" . "BIG5") ("eucjp" . "EUC-JP")
                        ("euckr" . "EUC-KR") ("sjis" . "SHIFT_JIS"))
                      codeset)
           => identity)
          ((and (string-prefix? "iso8859" codeset)
                (> (string-length codeset) 7))
           (string-append "ISO-8859-"
                          (string-trim (substring codeset 7) #\-)))
          (else #f))))

(define (locale-name->definition name)
  "Return the definition of the locale called NAME, such as \"de_DE.utf8\" or
\"de_DE.utf8@euro\", or #f if NAME is not of that form."
  (match (string-split name #\.)
    ((territory codeset+modifier)
     (match (string-split codeset+modifier #\@)
       ((codeset . modifier)
        (let ((charset (charset codeset)))
          (and charset
               (not (string-null? territory))
               (<= (length modifier) 1)
               (locale-definition
                (name name)
                (source (if (null? modifier)
                            territory
                            (string-append territory "@" (car modifier))))
                (charset charset)))))))
    (_ #f)))

(define %default-locale-libcs
  (list glibc glibc-2.39))

(define* (locale-directory locales #:key (libcs %default-locale-libcs))
  "Return the directory of LOCALES, a list of definitions, compiled for each of
LIBCS."
  (computed-file
   (if (= 1 (length libcs)) "locale" "locale-multiple-versions")
   #~(begin
       (use-modules (guix build utils))
       (for-each
        (lambda (libc)
          (for-each
           (lambda (name source charset)
             (invoke (string-append libc "/bin/localedef")
                     "--no-archive" "--prefix" #$output
                     "-i" source "-f" charset name))
           '#$(map locale-definition-name locales)
           '#$(map locale-definition-source locales)
           '#$(map locale-definition-charset locales)))
        (list #$@libcs)))))

(define* (glibc-supported-locales #:optional (glibc glibc))
  "Return the file that lists the locales that GLIBC can define: pairs of a name
and a character set."
  (computed-file
   "glibc-supported-locales.scm"
   #~(begin
       (use-modules (ice-9 rdelim)
                    (srfi srfi-1))
       (define (supported port)
         (let loop ((result '()))
           (let ((line (read-line port)))
             (if (eof-object? line)
                 (reverse result)
                 (let ((words (string-tokenize line)))
                   (loop (if (= 2 (length words))
                             (cons (cons (first words) (second words)) result)
                             result)))))))

       (call-with-output-file #$output
         (lambda (output)
           (write (call-with-input-file
                      #$(file-append glibc "/share/i18n/SUPPORTED")
                    supported)
                  output))))))

(define %default-locale-definitions
  (map (lambda (source)
         (locale-definition
          (name (string-append source ".utf8"))
          (source source)))
       '("ar_DZ" "en_GB" "en_US" "es_AR" "es_ES" "fr_FR" "pt_BR" "pt_PT"
         "ru_RU" "zh_CN")))
