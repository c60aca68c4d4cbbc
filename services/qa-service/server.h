#ifndef CLIENTELE_SERVICES_QA_SERVICE_SERVER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_SERVER_H_

// qa-service: the composition root.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto server, Server::Create(options));
//   server->Run();   // until SIGTERM, then a drain

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/database/database_options.h"
#include "common/inference/serving/model_options.h"
#include "common/process/service_process.h"
#include "common/rpc/profile_feed.h"
#include "common/rpc/server_host.h"

namespace clientele::qa {

struct ServerOptions {
  rpc::ServerHost::Options host;

  database::DatabaseOptions database;

  inference::ModelOptions models;
  std::string text_encoder = "starter-text-encoder";
  inference::ModelShare text_encoder_share;

  // Bundle of task TEXT_CLASSIFIER that finds the intent of a message; empty: none does. One that
  // is missing or slow costs no answer.
  std::string intents;
  // Intents that are handed over, by their labels and separated by commas: wishes for a person, and
  // complaints, each with "=TOPIC" where its topic is known; see ParseIntentRules.
  std::string person_intents;
  std::string complaint_intents;
  // An intent with a lower score is told and has no effect, 0 to 1.
  double min_intent_score = 0.9;

  // Bundles of the tasks TEXT_RANKER and TEXT_READER that look at the first passages of a search;
  // empty: none does. One that is missing or slow costs no answer: its step is left out.
  std::string reranker;
  std::string reader;
  // Passages that they look at.
  std::size_t judged_passages = 8;

  // Bundle of task TEXT_GENERATOR that writes answers; empty: none does, and answers are
  // extractive. One that is missing or bad costs no answer: it is extractive meanwhile.
  std::string generator;
  // Answers that are written at the same time.
  std::int64_t generator_rows = 16;
  // The longest answer; a small model's is at most half of its positions.
  std::int64_t generator_max_tokens = 160;

  // Reports deleted customers.
  rpc::ProfileFeedOptions profile_feed;

  // How soon this replica sees what others changed.
  absl::Duration index_refresh_interval = absl::Milliseconds(250);
  // How long a change waits for this replica's own index before it is answered; 0:
  // not at all.
  absl::Duration index_wait = absl::Seconds(2);
  // Whether questions are answered from an index that does not hold every article yet.
  bool serve_incomplete_index = false;
  // Answers need at least this confidence; 0 answers always, above 1 never. Empty: what was fitted
  // to the text encoder.
  std::optional<double> min_confidence = {};
  // By which share of the golden questions a new text encoder, or another min_confidence, may be
  // below what serves, 0 to 1; else it does not serve.
  double upgrade_margin = 0.02;
  // How long a request_id is remembered: within it, a request sent again has no second effect.
  // Zero: for ever.
  absl::Duration request_retention = absl::Hours(24);

  // Of the answers that nobody asks to record, the share that is recorded for replays, 0 to 1; see
  // core/replays.
  double recorded_share = 0;

  // Customers' questions, and recorded answers, are removed after this long.
  absl::Duration question_retention = absl::Hours(24 * 90);
  // Hand-overs are removed this long after they were made, closed or not.
  absl::Duration handover_retention = absl::Hours(24 * 730);
  // A conversation without a turn for this long has ended and is removed.
  absl::Duration conversation_retention = absl::Hours(24 * 30);
  // How soon a help desk that follows hand-overs hears of one.
  absl::Duration handover_poll_interval = absl::Milliseconds(500);
};

class Server {
 public:
  // Listens. Needs neither PostgreSQL nor a model nor profile-service: until the
  // schema, the index and the model are there, health says NOT_SERVING and calls
  // are UNAVAILABLE. Afterwards questions are answered also while PostgreSQL or
  // profile-service is unavailable. INVALID_ARGUMENT, NOT_FOUND or FAILED_PRECONDITION for
  // impossible options, missing keys and an unusable BLAS; UNAVAILABLE when the
  // port is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Create(ServerOptions options);
  // Drains.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Blocks until the process is told to stop, then drains.
  void Run() { process_->Run(); }

  int port() const { return process_->port(); }
  // "127.0.0.1:50052".
  std::string target() const { return process_->target(); }
  bool serving() const { return process_->serving(); }

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  process::ServiceProcess* process_;  // of impl_
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_SERVER_H_
