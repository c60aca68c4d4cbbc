#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/media/interests.h"

namespace clientele::profile {

// The types that a profile counts come first. A dismissal is a wish about recommendations, nothing
// that the customer did: no sum has it. Campaigns and coupons are counted apart, as responses.
inline constexpr std::size_t kCountedEventTypes = static_cast<std::size_t>(EventType::kDismiss);

constexpr bool IsBehavior(EventType type) {
  return type > EventType::kUnspecified && static_cast<std::size_t>(type) < kCountedEventTypes;
}
// Whether an event is part of a customer's behavior.
inline bool IsBehavior(const Event& event) {
  return event.left_out == LeftOut::kNo && IsBehavior(event.type);
}

// How interest in a category is weighted and how it decays. The affinity of category
// c is  a_c = max(0, sum over events e of c: weight[type(e)] * 2^(-age(e) / half_life))
// with age = now - event_time, at least 0 and at most 1000 half-lives. A return
// takes back what its purchase gave, apart from the decay between them.
struct AffinityModel {
  absl::Duration half_life = absl::Hours(24 * 90);
  // Indexed by EventType.
  std::array<double, kEventTypes> weight = {0, 1, 1, 3, 5, -5, 0, 1, 2};
};

struct CurrencySums {
  std::string currency_code;
  // Exact, in millionths; the largest int64 stands for anything above it.
  int64_t purchase_amount_micros = 0;
  int64_t return_amount_micros = 0;
  int64_t purchase_count = 0;  // lines
  int64_t return_count = 0;

  bool operator==(const CurrencySums&) const = default;
};

struct KeyWeight {
  std::string key;
  double weight = 0;
};

struct KeyCount {
  std::string key;
  int64_t count = 0;

  bool operator==(const KeyCount&) const = default;
};

// The types of events of campaigns and coupons, from the first on.
inline constexpr std::size_t kFirstResponseType =
    static_cast<std::size_t>(EventType::kCampaignSent);
inline constexpr std::size_t kResponseTypes = kEventTypes - kFirstResponseType;

// What reached a customer of campaigns and coupons, and what they made of it. A campaign counts
// once, however often it was sent; whoever opened, clicked or unsubscribed received it, and whoever
// clicked opened it, also where that was not recorded.
struct ResponseSummary {
  std::array<int64_t, kResponseTypes> count_by_type{};  // events, from kFirstResponseType on
  int64_t campaigns_received = 0;
  int64_t campaigns_opened = 0;
  int64_t campaigns_clicked = 0;
  std::optional<absl::Time> first_event_time;    // of any type
  std::optional<absl::Time> last_response_time;  // a campaign opened or clicked, a coupon redeemed

  int64_t count(EventType type) const {
    return count_by_type[static_cast<std::size_t>(type) - kFirstResponseType];
  }
  bool operator==(const ResponseSummary&) const = default;
};

// A customer's events in sums. Days and hours are UTC. Lists are ordered by key.
struct BehaviorSummary {
  std::array<int64_t, kCountedEventTypes> count_by_type{};
  std::optional<absl::Time> first_event_time;
  std::optional<absl::Time> last_event_time;
  std::optional<absl::Time> last_purchase_time;
  int64_t active_days = 0;    // days with an event
  int64_t purchase_days = 0;  // days with a purchase
  int64_t weekend_events = 0;
  int64_t night_events = 0;  // from 22:00 until 06:00
  int64_t distinct_items = 0;
  int64_t distinct_categories = 0;
  double rating_sum = 0;  // over ratings above 0
  int64_t rating_count = 0;
  // Of purchases and returns. Lines without an amount and a currency have "".
  std::vector<CurrencySums> currencies;
  std::vector<KeyWeight> category_affinity;  // before the max(0, .)
  std::vector<KeyCount> channels;            // of events that name one
  std::vector<KeyCount> devices;
  ResponseSummary responses;
  // Events that count in nothing else, by LeftOut.
  std::array<int64_t, kLeftOutReasons> left_out{};

  int64_t event_count() const;
  int64_t count(EventType type) const { return count_by_type[static_cast<std::size_t>(type)]; }
};

// Which parts of a summary are wanted; the others may be left empty.
struct BehaviorParts {
  bool totals = false;  // all but the lists; without it nothing
  bool categories = false;
  bool currencies = false;
  bool channels = false;
  bool devices = false;

  static BehaviorParts All() {
    return {
        .totals = true, .categories = true, .currencies = true, .channels = true, .devices = true};
  }
};

// Which of a customer's texts and pictures a profile uses.
struct SignalQuery {
  std::string model_id = {};  // "name/version", whose vectors of texts are wanted
  int limit = 0;              // at most so many texts; 0: none
  PictureQuery pictures = {};
};

// What a text was written in.
struct TextSource {
  std::string customer_id;
  std::string event_id;
  absl::Time event_time;
};

// The newest non-empty texts of messages, social posts and searches.
struct KnownTexts {
  std::vector<std::vector<float>> vectors;  // newest first, of those that have one by the model
  std::vector<TextSource> sources;          // of each vector
  int pending = 0;                          // texts that have none yet
};

// Of a person: of a customer and those merged with them.
struct CustomerBehavior {
  // Who stands for the person.
  std::string customer_id = {};
  BehaviorSummary summary = {};
  KnownTexts texts = {};
  KnownPictures pictures = {};
  consent::Consents consents = {};
};

// Reads customers' behavior in sums. Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the
// store cannot be reached.
class BehaviorStore {
 public:
  virtual ~BehaviorStore() = default;

  // The summary and the consents are of one moment, texts and pictures of the same or, of a
  // customer who is not merged with others, of a later one. NOT_FOUND without the customer. The
  // time that it takes does not grow with the number of events, except where their sums are being
  // made again.
  virtual absl::StatusOr<CustomerBehavior> Read(const RequestContext& context,
                                                absl::string_view customer_id, absl::Time now,
                                                const AffinityModel& affinity,
                                                const SignalQuery& texts) = 0;

  // The summary alone.
  absl::StatusOr<BehaviorSummary> Summarize(const RequestContext& context,
                                            absl::string_view customer_id, absl::Time now,
                                            const AffinityModel& affinity) {
    absl::StatusOr<CustomerBehavior> read = Read(context, customer_id, now, affinity, {});
    if (!read.ok()) return read.status();
    return std::move(read->summary);
  }

  // Makes the sums of up to `max_customers` again, whose sums are not complete: of events from
  // before sums were kept, of replicas that do not keep them, or after events were deleted one by
  // one. Returns of how many.
  virtual absl::StatusOr<int> RebuildSums(const RequestContext& context,
                                          const AffinityModel& affinity, int max_customers) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_FEATURES_BEHAVIOR_H_
