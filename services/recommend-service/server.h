#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_SERVER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_SERVER_H_

// recommend-service: the composition root.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto server, Server::Create(options));
//   server->Run();   // until SIGTERM, then a drain

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/database/database_options.h"
#include "common/inference/serving/model_options.h"
#include "common/process/service_process.h"
#include "common/rpc/profile_feed.h"
#include "common/rpc/server_host.h"
#include "services/recommend-service/core/drift/feature_drift.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/ranking/hybrid_selection.h"
#include "services/recommend-service/core/training/training_set.h"
#include "services/recommend-service/store/retention.h"

namespace clientele::recommend {

struct ServerOptions {
  rpc::ServerHost::Options host;

  // The key ring encrypts stored results and operations. None: they are stored as they
  // are; they hold nothing of a customer.
  database::DatabaseOptions database;

  // No public key: no model is loaded, recommendations go by popularity. The threads are
  // those of a training, which runs beside the models' cores; scores take one thread a call.
  inference::ModelOptions models = {.compute_threads = 1};

  // Signs the bundles that this service trains. Empty: it does not train.
  std::string signing_key_file;

  rpc::ProfileFeedOptions profile_feed;

  // What customers' data is used for only when they granted it (consent::Policy::Parse); the other
  // purposes are served until they are withdrawn.
  std::string purposes_needing_consent = "image-analysis,marketing";

  // How soon items that other replicas changed are seen; at least 10 ms.
  absl::Duration catalog_refresh_interval = absl::Milliseconds(500);

  // How long things stay that are needed for a while.
  RetentionOptions retention;

  // Of the recommendations that nobody asks to record, the share that is recorded for replays, 0 to
  // 1; see core/predictions.
  double recorded_share = 0;

  // How the hybrid finds and orders items.
  HybridOptions hybrid;

  // After how long what was bought is recommended again, by category, as RepeatPurchases::Parse
  // reads it. Empty: never.
  std::string repeat_purchases;

  // What a dismissal means for recommendations and trainings.
  Dismissals dismissals;

  // A training begins so long after the last one began, whoever asked for that; one at a time,
  // among all replicas. 0: none begins by itself.
  absl::Duration train_every = absl::ZeroDuration();
  // What it trains, checked as a request is.
  TrainingOptions scheduled_training;

  // Whether the models still see what they were trained on. An interval of 0: it is not measured.
  FeatureDriftOptions drift;

  // After this long another replica resumes the training of one that died; at least
  // one second.
  absl::Duration training_lease = absl::Minutes(1);
};

class Server {
 public:
  // Listens. Needs neither PostgreSQL nor profile-service nor a model: without the
  // database, or with a schema older than this version, health says NOT_SERVING and
  // calls are UNAVAILABLE; both heal by themselves. INVALID_ARGUMENT, NOT_FOUND or
  // FAILED_PRECONDITION for impossible options, missing keys and an unusable BLAS;
  // UNAVAILABLE when the port is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Create(ServerOptions options);
  // Drains.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Blocks until the process is told to stop, then drains.
  void Run() { process_->Run(); }

  int port() const { return process_->port(); }
  // "127.0.0.1:50053".
  std::string target() const { return process_->target(); }
  bool serving() const { return process_->serving(); }

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  process::ServiceProcess* process_;  // of impl_
};

// Trains once on what is stored and writes the bundle; what --train_and_exit does.
// Returns a line about the result, and one about each model's publication. 0 factors or epochs: the
// defaults.
absl::StatusOr<std::string> TrainOnce(const ServerOptions& options, TrainingOptions training);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_SERVER_H_
