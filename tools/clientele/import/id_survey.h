#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_ID_SURVEY_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_ID_SURVEY_H_

// Which ids a file gives to rows of different content. None of them is imported: which one
// is meant, nobody knows.
//
//   IdSurvey survey;
//   survey.Add(2, "c1", content);
//   survey.Add(7, "c1", other_content);
//   survey.Conflict("c1", 2);   // "the same id is in line 7 with other values"
//
// Memory: about 32 bytes for each id. Not thread-safe.

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace clientele::cli {

class IdSurvey {
 public:
  void Add(int64_t line, absl::string_view id, absl::string_view content);
  // Why the row of `line` is rejected; empty: it isn't.
  std::string Conflict(absl::string_view id, int64_t line) const;

 private:
  struct Seen {
    uint64_t content = 0;
    int64_t line = 0;
    int64_t other_line = 0;  // with other content; 0: none
  };
  absl::flat_hash_map<uint64_t, Seen> seen_;
};

// Which e-mail addresses several ids have. Memory: about 24 bytes for each address.
class SharedEmails {
 public:
  void Add(int64_t line, absl::string_view id, absl::string_view email);
  // A warning with lines; empty when none is shared.
  std::string Warning() const;

 private:
  struct Owner {
    uint64_t id = 0;
    int64_t line = 0;
  };
  absl::flat_hash_map<uint64_t, Owner> owners_;
  int64_t shared_ = 0;  // rows with the address of another id
  std::string examples_;
};

// 64 bits of a hash that is the same in every run.
uint64_t StableHash(absl::string_view text);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_ID_SURVEY_H_
