#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_STRING_SIMILARITY_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_STRING_SIMILARITY_H_

// How alike two short texts are, character by character. Only the first kMaxComparedCharacters of
// each count. Pure functions, thread-safe.
//
//   JaroWinkler(U"martha", U"marhta");   // 0.9611
//   EditDistance(U"smith", U"simth");    // 1

#include <cstddef>
#include <string_view>

namespace clientele::profile {

inline constexpr std::size_t kMaxComparedCharacters = 128;

// Jaro's similarity in [0, 1], with a bonus of 0.1 for each of up to four first characters that
// agree (Winkler 1990, "String Comparator Metrics and Enhanced Decision Rules", without the
// threshold that some implementations have). Two empty texts give 1.
double JaroWinkler(std::u32string_view a, std::u32string_view b);

// Insertions, deletions, replacements and swaps of neighbors that turn one text into the other,
// none of them editing a place twice (Damerau-Levenshtein in its restricted form, optimal string
// alignment). Beyond `limit` the answer is limit + 1.
std::size_t EditDistance(std::u32string_view a, std::u32string_view b,
                         std::size_t limit = kMaxComparedCharacters);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_STRING_SIMILARITY_H_
