#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PAIR_COMPARER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PAIR_COMPARER_H_

// Compares two records field by field.
//
//   PairComparer comparer(table);
//   const AgreementPattern pattern = comparer.Compare(12, 345);
//   AgreementOf(pattern, 0);   // of the first field
//
// Values that stand in each other's fields (given name and surname, two lines of an address, city
// and postcode) agree as kSwapped where they disagree otherwise.
//
// Remembers comparisons of values, so it belongs to one thread. The table is borrowed.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "services/profile-service/core/identity/agreement.h"
#include "services/profile-service/core/identity/person_table.h"

namespace clientele::profile {

// Three bits for each field, the first field lowest.
using AgreementPattern = std::uint64_t;

inline Agreement AgreementOf(AgreementPattern pattern, std::size_t field) {
  return static_cast<Agreement>(pattern >> (3 * field) & 7);
}
inline AgreementPattern WithAgreement(AgreementPattern pattern, std::size_t field,
                                      Agreement agreement) {
  const AgreementPattern cleared = pattern & ~(AgreementPattern{7} << (3 * field));
  return cleared | static_cast<AgreementPattern>(agreement) << (3 * field);
}

class PairComparer {
 public:
  explicit PairComparer(const PersonTable& table);

  AgreementPattern Compare(std::size_t a, std::size_t b);

  // Of one field, without a look at the others.
  Agreement CompareField(std::size_t field, std::size_t a, std::size_t b);
  // Puts kSwapped where two fields disagree in `pattern` and agree crosswise.
  AgreementPattern WithSwaps(AgreementPattern pattern, std::size_t a, std::size_t b) const;
  // Whether a field may be swapped with another.
  bool swappable(std::size_t field) const { return swappable_[field]; }

 private:
  struct Remembered {
    std::uint64_t codes = ~std::uint64_t{0};
    Agreement agreement = Agreement::kMissing;
  };

  const PersonTable& table_;
  std::vector<std::pair<std::size_t, std::size_t>> swaps_;
  std::vector<bool> swappable_;
  std::vector<Remembered> remembered_;  // a slice for each field
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_IDENTITY_PAIR_COMPARER_H_
