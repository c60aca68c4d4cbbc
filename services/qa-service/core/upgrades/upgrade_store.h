#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_UPGRADE_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_UPGRADE_STORE_H_

// What answers the company's questions now, and the trials of what was to take its place. All
// replicas share it: the first verdict on an upgrade is that of all.
//
// Thread-safe. Errors of all methods: UNAVAILABLE (reason DATABASE_UNAVAILABLE), DEADLINE_EXCEEDED,
// CANCELLED.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/qa-service/core/upgrades/answering_setup.h"
#include "services/qa-service/core/upgrades/golden_trial.h"

namespace clientele::qa {

// Stored and sent: numbers stay.
enum class UpgradeOutcome {
  kAccepted = 1,     // at most the margin below what served
  kRefused = 2,      // below that: it does not serve
  kNotAsked = 3,     // serves; there are no golden questions
  kNotCompared = 4,  // serves; nothing served beside it
  kRolledBack = 5,   // serves: people went back to an older version
};

inline bool Serves(UpgradeOutcome outcome) { return outcome != UpgradeOutcome::kRefused; }

// What a verdict is about: the same again has the same verdict.
struct UpgradeKey {
  AnsweringSetup candidate;
  AnsweringSetup serving;  // no encoder: nothing served beside it
  std::int64_t golden_revision = 0;
  double margin = 0;
};

struct UpgradeTrial {
  UpgradeKey key;
  UpgradeOutcome outcome = UpgradeOutcome::kNotAsked;
  TrialResult result;
  absl::Time create_time = absl::UnixEpoch();
};

struct ServingSetup {
  AnsweringSetup setup;
  absl::Time since = absl::UnixEpoch();
};

class UpgradeStore {
 public:
  // As many trials are kept.
  static constexpr std::int64_t kKeptTrials = 100;

  virtual ~UpgradeStore() = default;

  // nullopt: nothing has served yet.
  virtual absl::StatusOr<std::optional<ServingSetup>> Serving(const RequestContext& context) = 0;

  // The verdict on this upgrade; nullopt: there is none yet.
  virtual absl::StatusOr<std::optional<UpgradeTrial>> Find(const RequestContext& context,
                                                           const UpgradeKey& key) = 0;

  // Keeps a trial and, where its outcome serves, makes its candidate what serves, in one
  // transaction. Returns the verdict that stands: an earlier one on the same key goes before.
  // ABORTED, and nothing is kept, when something else serves than the key says.
  virtual absl::StatusOr<UpgradeTrial> Record(const RequestContext& context,
                                              const UpgradeTrial& trial) = 0;

  // The newest trials, newest first: at most `limit`, of encoders named `encoder` ("name" or
  // "name/version"); empty: of all.
  virtual absl::StatusOr<std::vector<UpgradeTrial>> List(const RequestContext& context,
                                                         const std::string& encoder,
                                                         std::int64_t limit) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_UPGRADES_UPGRADE_STORE_H_
