#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_CUSTOMER_HISTORIES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_CUSTOMER_HISTORIES_H_

// Reads what is known of a customer, and keeps long histories in the model's terms: the store is
// asked for the revision at every read, and for the items only when it is another one.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const KnownCustomer known,
//                              histories.Read(context, "c-17", view->model));
//
// Nothing is told, or kept, of a customer whose history may not be used. A history that is kept
// belongs to a customer: it goes with the first read after their deletion, and a minute after the
// last read at the latest (DropIdle).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/interactions/interaction_store.h"
#include "services/recommend-service/core/ranking/resolved_history.h"

namespace clientele::recommend {

struct KnownCustomer {
  std::shared_ptr<const ResolvedHistory> history;  // never null
  std::optional<CustomerFactors> trained;
  // Their history may not be used for recommendations: it is empty then.
  bool is_withheld = false;
};

struct CustomerHistoriesOptions {
  consent::Policy consent = {};
  std::size_t min_items = 500;        // shorter histories are read each time
  std::size_t max_items = 2'000'000;  // kept, of all customers together; about 24 bytes each
  absl::Duration idle = absl::Minutes(1);
  Dismissals dismissals = {};
};

// Thread-safe.
class CustomerHistories {
 public:
  // Borrowed.
  CustomerHistories(InteractionStore* store, const Clock* clock,
                    CustomerHistoriesOptions options = {})
      : store_(store), clock_(clock), options_(options) {}

  // `model` may be null. Errors are the store's.
  absl::StatusOr<KnownCustomer> Read(const RequestContext& context, absl::string_view customer_id,
                                     const std::shared_ptr<const ModelView>& model);
  void DropIdle();
  std::size_t kept() const;

 private:
  struct Kept {
    std::int64_t revision = 0;
    std::shared_ptr<const ModelView> model;
    std::shared_ptr<const ResolvedHistory> history;
    absl::Time last_read;
  };

  Kept Find(absl::string_view customer_id, const ModelView* model, absl::Time now) const;
  void Keep(absl::string_view customer_id, Kept kept);
  void Drop(absl::string_view customer_id);

  InteractionStore* const store_;
  const Clock* const clock_;
  const CustomerHistoriesOptions options_;
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, Kept> kept_;
  std::size_t kept_items_ = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_CUSTOMER_HISTORIES_H_
