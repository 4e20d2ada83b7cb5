;; File-like objects and gexps become data.
(use-modules (tintype check)
             (tintype lowering)
             (guix diagnostics)
             (guix gexp)
             (guix monads)
             (guix packages)
             (guix store)
             (guix utils)
             (gnu system file-systems)
             (ice-9 match)
             (srfi srfi-34))

(define somewhere (file-system-label "somewhere"))

(define tool (index-package "tool" "1.2"))

(check (lower-object tool) => '(package "tool" "1.2"))
(check (lower-object (gexp-input tool "lib")) => '(package "tool" "1.2" "lib"))
(check (lower-object (plain-file "name" "text")) => '(plain-file "name" "text"))
(check (lower-object (file-append tool "/bin/" "tool"))
       => '(file-append (package "tool" "1.2") "/bin/tool"))
(check (lower-object (mixed-text-file "conf" "run " tool "\n"))
       => '(mixed-text-file "conf" ("run " (package "tool" "1.2") "\n")))
(check (lower-object (directory-union "both" (list tool (plain-file "a" "b"))))
       => '(directory-union "both" ((package "tool" "1.2") (plain-file "a" "b"))))
(check (lower-object (file-union "etc" `(("motd" ,(plain-file "m" "hi")))))
       => '(file-union "etc" (("motd" (plain-file "m" "hi")))))
(check (map file-like? (list tool (plain-file "a" "") (mixed-text-file "a")
                             "string" #f '()))
       => '(#t #t #t #f #f #f))
(check (map computed-file? (list (computed-file "a" #~#t)
                                 (mixed-text-file "a")
                                 (directory-union "a" '())))
       => '(#t #t #t))

;; Code: what it refers to is marked.
(check (lower-object
        (computed-file "out" #~(begin (mkdir #$output)
                                      (copy #$tool #$output:lib #+(+ 1 2)))))
       => '(computed-file "out"
                          (begin (mkdir (*output* "out"))
                                 (copy (*input* (package "tool" "1.2"))
                                       (*output* "lib")
                                       3))))
(check (lower-object #~(list #$@(list 1 tool) . #$(list 'rest)))
       => '(gexp (list 1 (*input* (package "tool" "1.2")) rest)))
(check (lower-object #~(f #$#~(g #$tool) #$@(map (lambda (n) #~(h #$n)) '(1 2))))
       => '(gexp (f (g (*input* (package "tool" "1.2"))) (h 1) (h 2))))
(check (lower-object (scheme-file "x" #~((a) (b #$tool)) #:splice? #t))
       => '(scheme-file "x" ((a) (b (*input* (package "tool" "1.2")))) #t () ()))
(check (lower-object (with-imported-modules '((guix build utils))
                       (with-extensions (list tool)
                         #~(use #$tool))))
       => '(gexp (use (*input* (package "tool" "1.2")))))

;; What code brings along.
(define brings
  (with-imported-modules '((guix build utils) (a b))
    (with-extensions (list tool)
      #~(use #$tool #$@(list (with-imported-modules '((c d) (a b)) #~(f)))))))
(check (gexp-modules brings) => '((guix build utils) (a b) (c d)))
(check (gexp-extensions brings) => (list tool))
(check (gexp-modules #~(f)) => '())
(define-syntax-rule (bringing exp) (with-imported-modules '((m)) (list exp #~(g))))
(check (map gexp-modules (bringing #~(f))) => '(((m)) ((m))))
(check (lower-object (program-file "p" #~(f) #:guile tool))
       => '(program-file "p" (f) (package "tool" "1.2") () ()))
(check (lower-object
        (computed-file "c" (with-imported-modules
                               `((a b) ((c d) => ,(plain-file "d.scm" "text")))
                             #~(f))))
       => '(computed-file "c" (*with-modules* (((c d) (plain-file "d.scm" "text")))
                                              (f))))
(check (lower-object
        (scheme-file "s" (with-extensions (list tool)
                           (with-imported-modules
                               `(((c d) => ,(plain-file "d.scm" "text")))
                             #~(f)))))
       => '(scheme-file "s" (f) #f
                        ((file-union "module-import"
                                     (("c/d.scm" (plain-file "d.scm" "text"))))
                         (file-append (package "tool" "1.2")
                                      "/share/guile/site/3.0"))
                        ((file-append (package "tool" "1.2")
                                      "/lib/guile/3.0/site-ccache"))))

;; With places, each gexp says where it was written.
(define here-is-code #~(f #$(+ 1 2) #$#~(g)))
(define (line-of place)
  (location-line (string->location place)))
(check (match (lower-object/places here-is-code)
         (('gexp ('*at* outer ('f 3 ('*at* inner '(g)))))
          (list (= (line-of outer) (line-of inner))
                (string<? outer inner)))
         (other other))
       => '(#t #t))
(check (lower-object here-is-code) => '(gexp (f 3 (g))))
(check-error (lower-object #~(f #$car))
             => "#<procedure car (_)>: invalid G-expression input")

;; An output other than the first.
(check (lower-object (gexp-input (computed-file "x" #~(mkdir #$output)) "doc"))
       => '(output "doc" (computed-file "x" (mkdir (*output* "out")))))

(check (gexp->approximate-sexp #~(f #$tool '#$'(1 2) #$#~(g #$output)))
       => '(f (*approximate*) '(1 2) (g (*approximate*))))

;; What depends on the system is lowered for the current one.
(check (lower-object (let-system (system target) (list system target)))
       => (list (%current-system) #f))
(check (parameterize ((%current-target-system "arm-linux-gnueabihf"))
         (lower-object (let-system (system target)
                         (plain-file "target" target))))
       => '(plain-file "target" "arm-linux-gnueabihf"))
(check (lower-object (with-parameters ((%current-system "riscv64-linux"))
                       (let-system system (list system))))
       => '("riscv64-linux"))

;; A local file is found beside the file that names it.
(define (absolute-name file)
  (match (lower-object file)
    (('local-file _ name . _) name)))

(define here (absolute-name (local-file "lowering.scm")))
(check (string-suffix? "tests/scheme/image/lowering.scm" here) => #t)
(check (file-exists? here) => #t)
(check (string-prefix? "/" here) => #t)
(check (absolute-name (local-file "/etc/hosts")) => "/etc/hosts")
(check (match (lower-object (local-file "lowering.scm" "other" #:recursive? #t))
         (('local-file name _ recursive? _) (list name recursive?)))
       => '("other" #t))
;; Of a directory, what is selected.
(check (match (lower-object
               (local-file "../image" #:recursive? #t
                           #:select? (lambda (file stat)
                                       (and (eq? 'regular (stat:type stat))
                                            (string-prefix? "u" (basename file))))))
         (('local-file name _ #t place selected) (list name selected)))
       => '("image" ("uuid.scm")))
(check (map local-file-name (map local-file '("/a/b.tar" "/c"))) => '("b.tar" "c"))

;; What nothing can be made of is refused.
(check (guard (c ((gexp-input-error? c) (gexp-error-invalid-input c)))
         (lower-object (list "x" #~(f #$somewhere))))
       => somewhere)

;; In the store monad, objects are values.
(check (lower-object
        (run-with-store #f
          (mlet* %store-monad ((text (text-file* "conf" "run " tool))
                               (file (gexp->file "code" #~(use #$text)))
                               (dir (gexp->derivation "dir" #~(mkdir #$output))))
            (return (list text file dir)))))
       => '((mixed-text-file "conf" ("run " (package "tool" "1.2")))
            (scheme-file "code"
                         (use (*input* (mixed-text-file
                                        "conf"
                                        ("run " (package "tool" "1.2")))))
                         #f () ())
            (computed-file "dir" (mkdir (*output* "out")))))

(check-report)
