#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_KNOWLEDGE_FILES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_KNOWLEDGE_FILES_H_

// Knowledge whose questions are known, from files. Every error names the file and, where there is
// one, the line.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/qa-service/training/confidence/asked_knowledge.h"

namespace clientele::models {

struct PairColumns {
  std::string question = "question";
  std::string answer = "answer";
  std::string topic = "topic";
};

struct KnowledgeLimits {
  // Questions that are asked of one knowledge, evenly over the file.
  std::size_t questions = 1500;
  // Questions of a topic that stand in its article; the others are asked.
  std::size_t listed_questions = 5;
};

// A file in the format of SQuAD: each passage is an article and a topic, and its questions are
// asked.
absl::StatusOr<qa::AskedKnowledge> ReadSquadKnowledge(const std::filesystem::path& path,
                                                      const KnowledgeLimits& limits);

// A CSV of questions, answers and topics. Three knowledges: an article for each topic, with its
// first answer and its first questions; one in which every other question stands in an article of
// its topic, kMaxQuestions in each, and the others are asked; and an article for each answer,
// without questions, at most 20 of a topic.
absl::StatusOr<std::vector<qa::AskedKnowledge>> ReadPairKnowledge(const std::filesystem::path& path,
                                                                  const PairColumns& columns,
                                                                  const KnowledgeLimits& limits);

// A CSV of articles as `clientele import articles` takes them: each is a topic. Two knowledges, in
// which one half of an article's questions is asked and the other stands in it.
absl::StatusOr<std::vector<qa::AskedKnowledge>> ReadArticleKnowledge(
    const std::filesystem::path& path, const KnowledgeLimits& limits);

// Adds to each of `knowledge` questions of `others`, which nothing in it answers: at most as many
// as it has of its own.
void AddForeignQuestions(absl::Span<const qa::AskedKnowledge> others,
                         qa::AskedKnowledge& knowledge);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_KNOWLEDGE_FILES_H_
