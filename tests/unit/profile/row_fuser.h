#ifndef CLIENTELE_TESTS_UNIT_PROFILE_ROW_FUSER_H_
#define CLIENTELE_TESTS_UNIT_PROFILE_ROW_FUSER_H_

#include <utility>
#include <vector>

#include "services/profile-service/core/profiles/profile_models.h"

namespace clientele::profile::testing {

// Fuses each customer by themselves, and counts the calls.
class RowFuser : public ProfileFuser {
 public:
  absl::StatusOr<std::vector<FusedVector>> FuseAll(const RequestContext& context,
                                                   absl::Span<const KnownParts> rows) override {
    ++calls;
    std::vector<FusedVector> fused;
    for (const KnownParts& parts : rows) {
      absl::StatusOr<FusedVector> one = FuseRow(context, parts);
      if (!one.ok()) return one.status();
      fused.push_back(*std::move(one));
    }
    return fused;
  }
  virtual absl::StatusOr<FusedVector> FuseRow(const RequestContext& context,
                                              const KnownParts& parts) = 0;

  int calls = 0;
};

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_UNIT_PROFILE_ROW_FUSER_H_
