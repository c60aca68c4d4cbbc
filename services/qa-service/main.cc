#include <optional>

#include "common/database/database_flags.h"
#include "common/flags/flags.h"
#include "common/inference/compute/program_setup.h"
#include "common/inference/serving/model_flags.h"
#include "common/rpc/profile_feed.h"
#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "services/qa-service/maintenance.h"
#include "services/qa-service/server.h"

int main(int argc, char** argv) {
  clientele::inference::SetUpProgram();
  using clientele::flags::AddFlag;
  clientele::qa::ServerOptions options;
  options.host.service_name = "qa-service";
  options.host.port = 50052;
  bool migrate_and_exit = false;
  bool reencrypt_and_exit = false;

  CLI::App app("Answers questions from a company's own articles", "qa-service");
  clientele::rpc::AddServerFlags(app, options.host);
  clientele::database::AddDatabaseFlags(app, options.database);
  clientele::inference::AddModelFlags(app, options.models);
  clientele::rpc::AddProfileFeedFlags(app, options.profile_feed);
  AddFlag(app, "text_encoder", options.text_encoder, "Bundle that embeds texts");
  clientele::inference::AddModelShareFlags(app, "text_encoder", options.text_encoder_share);
  AddFlag(app, "intents", options.intents,
          "Bundle that finds the intent of a message (a text classifier); empty: none does");
  AddFlag(app, "complaint_intents", options.complaint_intents,
          "Intents that are complaints, which a person takes over: INTENT or INTENT=TOPIC, "
          "separated by commas, such as complaint,damaged=quality");
  AddFlag(app, "person_intents", options.person_intents,
          "Intents that are wishes for a person, separated by commas");
  AddFlag(app, "min_intent_score", options.min_intent_score,
          "An intent with a lower score is told and has no effect")
      ->check(CLI::Range(0.0, 1.0));
  AddFlag(app, "reranker", options.reranker,
          "Bundle that orders the passages found (a cross-encoder); empty: they stay as found");
  AddFlag(app, "reader", options.reader,
          "Bundle that finds the answer in a passage; empty: sentences are chosen by words and "
          "vectors");
  AddFlag(app, "judged_passages", options.judged_passages,
          "Passages that the reranker and the reader look at")
      ->check(CLI::Range(1, 20));
  AddFlag(app, "generator", options.generator,
          "Bundle that writes answers (T5, GPT-2, Llama or Qwen2); empty: answers are sentences of "
          "the articles");
  AddFlag(app, "generator_rows", options.generator_rows,
          "Answers that are written at the same time")
      ->check(CLI::Range(1, 256));
  AddFlag(app, "generator_max_tokens", options.generator_max_tokens,
          "Tokens of the longest answer that is written")
      ->check(CLI::Range(8, 4096));
  AddFlag(app, "index_refresh_interval", options.index_refresh_interval,
          "How soon this replica sees what others changed");
  AddFlag(app, "index_wait", options.index_wait,
          "How long a change waits for this replica's own index");
  AddFlag(app, "serve_incomplete_index", options.serve_incomplete_index,
          "Answer from the articles indexed so far while the rest is being indexed after a start");
  AddFlag(app, "min_confidence", options.min_confidence,
          "Answers need at least this confidence; else the service abstains (default: what was "
          "fitted to the text encoder). Another one is first tried with the golden questions")
      ->check(CLI::Range(0.0, 1.0));
  AddFlag(app, "upgrade_margin", options.upgrade_margin,
          "By which share of the golden questions a new text encoder, or another --min_confidence, "
          "may be below what serves; else it does not serve")
      ->check(CLI::Range(0.0, 1.0));
  AddFlag(app, "request_retention", options.request_retention,
          "How long a request_id is remembered; 0: for ever");
  AddFlag(app, "recorded_share", options.recorded_share,
          "Of the answers that nobody asks to record, the share that is recorded all the same, so "
          "that ReplayAnswer asks for them again")
      ->check(CLI::Range(0.0, 1.0));
  AddFlag(app, "question_retention", options.question_retention,
          "Customers' questions are removed after this long");
  AddFlag(app, "handover_retention", options.handover_retention,
          "Hand-overs are removed this long after they were made");
  AddFlag(app, "conversation_retention", options.conversation_retention,
          "A conversation without a turn for this long has ended and is removed");
  AddFlag(app, "handover_poll_interval", options.handover_poll_interval,
          "How soon a help desk that follows hand-overs hears of one");
  AddFlag(app, "migrate_and_exit", migrate_and_exit, "Bring the schema to this version and exit");
  AddFlag(app, "reencrypt_and_exit", reencrypt_and_exit,
          "Encrypt again what is stored under older keys of the data key file and exit");
  if (const std::optional<int> exit_code = clientele::flags::ParseFlags(app, argc, argv)) {
    return *exit_code;
  }

  return clientele::flags::RunMain("qa-service", [&]() -> absl::Status {
    if (migrate_and_exit) return clientele::qa::MigrateSchema(options);
    if (reencrypt_and_exit) return clientele::qa::ReencryptData(options);
    CLIENTELE_ASSIGN_OR_RETURN(auto server, clientele::qa::Server::Create(options));
    server->Run();
    return absl::OkStatus();
  });
}
