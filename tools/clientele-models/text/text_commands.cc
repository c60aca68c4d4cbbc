#include "tools/clientele-models/text/text_commands.h"

#include <iostream>
#include <memory>
#include <string>

#include "common/inference/compute/compute_threads.h"
#include "common/inference/generation/decoding.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/text/generate.h"
#include "tools/clientele-models/text/render_chat.h"
#include "tools/clientele-models/text/tokenize.h"

namespace clientele::models {
namespace {

struct GenerateFlags {
  GenerateRequest request;
  std::string prompt;
  std::int64_t beams = 1;
  inference::SamplingOptions sampling;
  bool sample = false;
  std::string precision = "fp32";
};

absl::Status Run(GenerateFlags& flags, bool has_prompt) {
  if (has_prompt) flags.request.prompt = flags.prompt;
  if (flags.beams > 1) {
    flags.request.decoding.method = inference::BeamSearchOptions{.beams = flags.beams};
  } else if (flags.sample) {
    flags.request.decoding.method = flags.sampling;
  }
  flags.request.precision = inference::ParsePrecision(flags.precision).value();
  CLIENTELE_RETURN_IF_ERROR(inference::ConfigureThreads({}));
  return Generate(flags.request, std::cout);
}

}  // namespace

void AddTokenizeCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "tokenize",
      "Reads JSON strings, one a line, and writes {ids, tokens, offsets}, one object a line");
  auto source = std::make_shared<std::string>();
  command
      ->add_option("source", *source,
                   "Bundle NAME/VERSION, a folder of tokenizer files, or tokenizer.json, "
                   "vocab.txt, vocab.json or *.model")
      ->required();
  OnCommand(*command, outcome, [source] { return Tokenize(*source, std::cin, std::cout); });
}

void AddRenderChatCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "render-chat",
      "Prints the prompt that a chat model's template makes of a conversation, and nothing else");
  auto request = std::make_shared<RenderChatRequest>();
  command
      ->add_option("tokenizer_config", request->tokenizer_config,
                   "tokenizer_config.json, with the chat template")
      ->required();
  command
      ->add_option("--messages", request->messages,
                   "JSON: a list of {role, content}, or an object whose `messages` are one")
      ->required();
  command->add_flag("--no_generation_prompt", request->no_generation_prompt,
                    "Do not begin the assistant's answer");
  OnCommand(*command, outcome, [request] { return RenderChat(*request, std::cout); });
}

void AddGenerateCommand(CLI::App& app, Outcome& outcome) {
  CLI::App* command = app.add_subcommand(
      "generate",
      "Writes on from a prompt; the last line is {ids, text}. Greedy unless asked otherwise");
  auto flags = std::make_shared<GenerateFlags>();
  GenerateRequest& request = flags->request;
  command->add_option("bundle", request.bundle, "Folder NAME/VERSION")->required();
  CLI::Option* prompt = command->add_option("--prompt", flags->prompt, "Text to write on from");
  CLI::Option* ids =
      command->add_option("--prompt_ids", request.prompt_ids, "The same as ids: 1,2,3")
          ->delimiter(',')
          ->excludes(prompt);
  command->add_option("--max_new_tokens", request.decoding.max_new_tokens, "Tokens at most")
      ->check(CLI::Range(1, 1 << 16))
      ->capture_default_str();
  CLI::Option* beams =
      command->add_option("--beams", flags->beams, "Beam search with so many beams")
          ->check(CLI::Range(1, 64))
          ->capture_default_str();
  command->add_option("--length_penalty", request.length_penalty,
                      "Exponent of the length that a beam's score is divided by (default: as the "
                      "checkpoint says, else 1)");
  command->add_option("--repetition_penalty", request.repetition_penalty,
                      "Above 1: tokens that were there become less likely (default: as the "
                      "checkpoint says, else 1)");
  command->add_option("--no_repeat_ngram_size", request.no_repeat_ngram_size,
                      "No so many tokens come twice in this order; 0: they may (default: as the "
                      "checkpoint says, else 0)");
  CLI::Option* temperature =
      command->add_option("--temperature", flags->sampling.temperature, "Samples, at this")
          ->excludes(beams);
  CLI::Option* top_k =
      command->add_option("--top_k", flags->sampling.top_k, "Samples among so many")
          ->excludes(beams);
  CLI::Option* top_p =
      command->add_option("--top_p", flags->sampling.top_p, "Samples among this much probability")
          ->excludes(beams);
  command->add_option("--seed", flags->sampling.seed, "The same seed samples the same")
      ->capture_default_str();
  command
      ->add_option("--precision", flags->precision,
                   "How linear layers compute: fp32, int8, bf16 or fp16")
      ->check(CLI::IsMember({"fp32", "int8", "bf16", "fp16"}))
      ->capture_default_str();
  OnCommand(*command, outcome, [=]() -> absl::Status {
    if (prompt->empty() && ids->empty()) {
      return absl::InvalidArgumentError("give --prompt or --prompt_ids");
    }
    flags->sample = !temperature->empty() || !top_k->empty() || !top_p->empty();
    return Run(*flags, !prompt->empty());
  });
}

}  // namespace clientele::models
