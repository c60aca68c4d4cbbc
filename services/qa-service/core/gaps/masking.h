#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_MASKING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_MASKING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::qa {

// A question without what tells who asked it: what is shown of a question to someone who only wants
// to know what is asked about.
//
//   MaskPersons("My name is Mary Jones, order 4711-0815, mary@example.com")
//       // "My name is [name], order [number], [address]"
//   MaskPersons("我叫王小明，电话13800138000")   // "我叫[name]，电话[number]"
//
// By rules, English and Chinese: e-mail and web addresses; numbers of four digits and more, also in
// groups, with the letters at them; names behind words that announce one ("my name is", "Mr", 我叫)
// or before a title (王女士), and two or more capitalized words in the middle of a sentence. A name
// that nothing announces stays where it is one word. Pure, thread-safe; `text` is valid UTF-8.
std::string MaskPersons(absl::string_view text);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_GAPS_MASKING_H_
