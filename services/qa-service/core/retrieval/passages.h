#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_PASSAGES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_PASSAGES_H_

// Splits a body into passages: the unit that is searched and cited.
//
//   for (const Passage& p : SplitPassages(body, {})) {
//     Index(absl::string_view(body).substr(p.begin, p.end - p.begin));
//   }
//
// A passage is a run of whole sentences, without white space at its ends; one
// sentence longer than the maximum is cut between words, and what has no words to cut
// between (an endless one, a run of signs) between characters. Lengths are counted in
// units: a word is one, a Chinese character is half of one, so that the default of
// 60 to 120 units is 60 to 120 English words or 120 to 240 Chinese characters.
//
// Pure, thread-safe.

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::qa {

// Bytes [begin, end) of a body.
struct Passage {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct PassageOptions {
  // A passage is closed once it holds this much...
  double min_units = 60;
  // ... and never holds more than this.
  double max_units = 120;
  // Nor more bytes than this, at least 8: a passage is one row of the index, one text of
  // the model and one citation, whatever an article holds.
  std::size_t max_bytes = 4096;
};

// Names the way of splitting: part of the key under which vectors are cached, so
// change it with anything that changes what SplitPassages gives or what of a passage is embedded,
// other than how many passages: stored vectors that are more or fewer than the passages are made
// again.
inline constexpr absl::string_view kPassageFormat = "passages-2";

// The passages of `body` (valid UTF-8), in order, without overlap. Everything but
// white space is in one of them; a body of white space alone has none.
std::vector<Passage> SplitPassages(absl::string_view body, const PassageOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_PASSAGES_H_
