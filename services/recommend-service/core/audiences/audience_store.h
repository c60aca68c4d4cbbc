#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/interactions/interaction.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// Which customers a pass reads, and what of them.
struct AudienceRead {
  ModelIdentity model = {};  // whose trained factors are wanted
  // Leaves out who bought one of these, or dismissed one after `dismissed_after`.
  std::vector<std::string> excluding_items = {};
  absl::Time dismissed_after = absl::InfinitePast();
  // Leaves out whose history has a later revision.
  std::optional<std::int64_t> newest_revision = {};
};

struct AudienceCandidate {
  std::string customer_id;
  // By the model's training, while nothing has happened since.
  std::optional<CustomerFactors> trained;
  std::vector<ItemHistory> items;  // by item id; only where `trained` is missing
};

// What audiences read of all customers. UNAVAILABLE when the database is away. Thread-safe.
class AudienceStore {
 public:
  virtual ~AudienceStore() = default;

  // Gives every customer with interactions to `take`, some thousands at a time, by id, ascending,
  // all as of one moment. Returns the newest revision of any customer at that moment: what happens
  // later has a greater one. An error of `take` ends the pass with it.
  virtual absl::StatusOr<std::int64_t> ReadCustomers(
      const RequestContext& context, const AudienceRead& read,
      absl::FunctionRef<absl::Status(std::vector<AudienceCandidate>)> take) = 0;
  // The items of these customers, in the order given; empty for one that nothing is known of.
  virtual absl::StatusOr<std::vector<std::vector<ItemHistory>>> Histories(
      const RequestContext& context, const std::vector<std::string>& customer_ids) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_AUDIENCES_AUDIENCE_STORE_H_
