#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_HELD_OUT_GROUPS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_HELD_OUT_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace clientele::qa {

// Which examples a training sets aside to measure itself, whole groups each, such as the questions
// of one article: 1 for those held out. Groups are taken in random order until they have `share` of
// the examples; one group at least is held out and one is not, but of a single group nothing is
// held out. Pure.
std::vector<char> HoldOutGroups(absl::Span<const std::string> groups, double share,
                                std::uint64_t seed);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_HELD_OUT_GROUPS_H_
