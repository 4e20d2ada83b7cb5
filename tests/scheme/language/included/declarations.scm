;; Of a library of interpreter/scheme/tests/language.rs.
(export shouted)
(import (scheme base))
(include-ci "capitals.scm")
