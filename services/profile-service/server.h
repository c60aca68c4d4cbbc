#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_SERVER_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_SERVER_H_

// profile-service: the composition root.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto server, Server::Create(options));
//   server->Run();   // until SIGTERM, then a drain

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/database/database_options.h"
#include "common/inference/serving/model_options.h"
#include "common/process/service_process.h"
#include "common/rpc/server_host.h"
#include "services/profile-service/core/events/event_screening.h"
#include "services/profile-service/core/events/quarantine_candidate.h"
#include "services/profile-service/picture_options.h"

namespace clientele::profile {

struct ServerOptions {
  rpc::ServerHost::Options host;

  database::DatabaseOptions database;

  inference::ModelOptions models;
  std::string text_encoder = "starter-text-encoder";
  inference::ModelShare text_encoder_share;
  std::string profile_fuser = "starter-profile-fuser";
  // How long a request_id is remembered: within it, a request sent again has no second effect.
  // Zero: for ever.
  absl::Duration request_retention = absl::Hours(24);

  // What customers' data is used for only when they granted it (consent::Policy::Parse); the other
  // purposes are served until they are withdrawn.
  std::string purposes_needing_consent = "image-analysis,marketing";

  // After this long an event counts half for category affinity.
  absl::Duration affinity_half_life = absl::Hours(24 * 90);
  // Texts of a customer that a profile uses; 0: none.
  int latest_texts = 50;
  PictureOptions pictures;
  // Bytes of memory for the vectors of all customers, to find similar ones; 0: none are kept, and
  // nobody is found.
  std::int64_t similarity_memory = std::int64_t{512} << 20;
  // How soon texts that were stored are embedded, pictures looked at, and sums that are not
  // complete made again.
  absl::Duration derive_interval = absl::Milliseconds(500);

  // How long events of each type are kept (EventRetention::Parse); types that are not named stay.
  std::string event_retention;
  // What no person can do: who exceeds it is left out of features for that minute or hour.
  RateLimits rates;
  // How many refused events are kept in quarantine, of requests that ask for it, and how long;
  // retention zero: until they are replayed or dropped.
  QuarantineLimits quarantine;
  absl::Duration quarantine_retention = absl::Hours(24 * 30);

  // How often customers who may be one person are looked for, where somebody changed; 0: never.
  absl::Duration match_interval = absl::Hours(1);
  // Matches at least this likely are merged without anybody's consent; 0: none is.
  double auto_merge_probability = 0;

  // How soon change streams see what other replicas stored.
  absl::Duration change_poll_interval = absl::Milliseconds(200);
  // Change streams send a message at least this often.
  absl::Duration change_keep_alive = absl::Seconds(3);
  // Changes are kept this long, and longer while a follower lacks them; a follower that was away
  // for longer is not waited for and resynchronizes.
  absl::Duration change_retention = absl::Hours(72);
};

class Server {
 public:
  // Listens. Needs neither PostgreSQL nor models: until both are there, and the
  // schema is this version's or newer, health says NOT_SERVING and calls are
  // UNAVAILABLE. INVALID_ARGUMENT, NOT_FOUND or FAILED_PRECONDITION for impossible
  // options, missing keys and an unusable BLAS; UNAVAILABLE when the port is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Create(ServerOptions options);
  // Drains.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Blocks until the process is told to stop, then drains.
  void Run() { process_->Run(); }

  int port() const { return process_->port(); }
  // "127.0.0.1:50051".
  std::string target() const { return process_->target(); }
  bool serving() const { return process_->serving(); }

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  process::ServiceProcess* process_;  // of impl_
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_SERVER_H_
