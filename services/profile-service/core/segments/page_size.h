#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_PAGE_SIZE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_PAGE_SIZE_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "services/profile-service/core/segments/membership.h"

namespace clientele::profile {

// How many customers are read at once: as many as pays, and fewer where they have many events, so
// that a page's memory stays bounded. It follows the page before.
class PageSize {
 public:
  static constexpr int kSmallest = 50;
  static constexpr int kLargest = 5000;
  static constexpr std::size_t kEvents = 50'000;  // about 20 MB

  int customers() const { return customers_; }

  void Note(const std::vector<CustomerRecord>& page) {
    std::size_t events = 0;
    for (const CustomerRecord& record : page) events += record.events.size();
    if (events > kEvents) {
      customers_ = std::max(kSmallest, customers_ / 2);
    } else if (events < kEvents / 3) {
      customers_ = std::min(kLargest, customers_ * 2);
    }
  }

 private:
  int customers_ = 500;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_PAGE_SIZE_H_
