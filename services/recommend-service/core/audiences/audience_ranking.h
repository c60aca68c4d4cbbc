#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_RANKING_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_RANKING_H_

// The best customers of a pass behind a place in the order: a heap of bounded size.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::recommend {

// A customer's place: greater scores first, equal ones by id.
struct AudiencePlace {
  double score = 0;
  std::string customer_id;

  bool operator==(const AudiencePlace&) const = default;
};

// Whether a customer comes before a place.
inline bool IsBefore(double score, absl::string_view customer_id, const AudiencePlace& place) {
  return score != place.score ? score > place.score : customer_id < place.customer_id;
}
inline bool IsBefore(const AudiencePlace& a, const AudiencePlace& b) {
  return IsBefore(a.score, a.customer_id, b);
}

// Not thread-safe.
class AudienceRanking {
 public:
  // At most `size` (from 1 on) customers who come after `after`; nullopt: from the first one on.
  AudienceRanking(std::size_t size, std::optional<AudiencePlace> after)
      : size_(size), after_(std::move(after)) {}

  // Whether a customer would enter. Never with a score that is NaN.
  bool Wants(double score, absl::string_view customer_id) const {
    if (score != score) return false;
    if (after_.has_value() && (IsBefore(score, customer_id, *after_) ||
                               (score == after_->score && customer_id == after_->customer_id))) {
      return false;
    }
    return heap_.size() < size_ || IsBefore(score, customer_id, heap_.front());
  }
  void Offer(AudiencePlace place) {
    if (!Wants(place.score, place.customer_id)) return;
    if (heap_.size() == size_) {
      std::pop_heap(heap_.begin(), heap_.end(), kBefore);
      heap_.pop_back();
    }
    heap_.push_back(std::move(place));
    std::push_heap(heap_.begin(), heap_.end(), kBefore);
  }
  // Best first.
  std::vector<AudiencePlace> Take() {
    std::sort_heap(heap_.begin(), heap_.end(), kBefore);
    return std::move(heap_);
  }

 private:
  static constexpr auto kBefore = [](const AudiencePlace& a, const AudiencePlace& b) {
    return IsBefore(a, b);
  };

  const std::size_t size_;
  const std::optional<AudiencePlace> after_;
  std::vector<AudiencePlace> heap_;  // the front is the last of them
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_RANKING_H_
