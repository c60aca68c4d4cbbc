#include "services/qa-service/core/gaps/knowledge_gap.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_replace.h"

#include "common/text/han_folding.h"
#include "common/text/normalization.h"
#include "common/text/segmentation.h"
#include "services/qa-service/core/gaps/masking.h"
#include "services/qa-service/core/retrieval/question_terms.h"

namespace clientele::qa {
namespace {

using Weights = std::map<std::string, double>;  // by term: sums in one order, so equal everywhere

struct Asked {
  std::size_t index = 0;  // among the questions
  std::string masked;
  Weights weights;  // of length 1
};

struct Topic {
  Weights sum;
  std::vector<std::size_t> members;  // indexes of Asked
};

double Norm(const Weights& weights) {
  double squares = 0;
  for (const auto& [term, weight] : weights) squares += weight * weight;
  return std::sqrt(squares);
}

double Product(const Weights& a, const Weights& b) {
  double dot = 0;
  for (const auto& [term, weight] : a) {
    const auto it = b.find(term);
    if (it != b.end()) dot += weight * it->second;
  }
  return dot;
}

// What stands for something masked says nothing about a topic.
std::string WithoutMasks(const std::string& masked) {
  return absl::StrReplaceAll(masked, {{"[number]", " "}, {"[name]", " "}, {"[address]", " "}});
}

// How the terms are written, in the words that are most frequent.
class Spellings {
 public:
  void Add(const std::string& text) {
    const std::string normal = text::Normalize(text::FoldHan(text));
    for (const text::Segment& segment : text::Words(normal)) {
      const absl::string_view word = text::TextOf(normal, segment);
      const std::vector<ContentWord> content = ContentWords(word);
      if (!content.empty()) ++counts_[content.front().term][std::string(word)];
    }
  }
  std::string Of(const std::string& term) const {
    const auto it = counts_.find(term);
    if (it == counts_.end()) return term;
    const auto most =
        std::max_element(it->second.begin(), it->second.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most->first;
  }

 private:
  absl::flat_hash_map<std::string, std::map<std::string, int>> counts_;
};

std::vector<Asked> WeighQuestions(const std::vector<UnansweredQuestion>& questions,
                                  double singleton_weight, Spellings& spellings) {
  std::vector<Asked> asked;
  absl::flat_hash_map<std::string, double> questions_with;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    Asked one;
    one.index = i;
    one.masked = MaskPersons(questions[i].text);
    const std::string plain = WithoutMasks(one.masked);
    for (const ContentWord& word : ContentWords(plain)) {
      one.weights[word.term] = 1;
      for (const std::string& pair : word.pairs) one.weights[pair] = 0.5;
    }
    if (one.weights.empty()) continue;
    spellings.Add(plain);
    for (const auto& [term, weight] : one.weights) questions_with[term] += 1;
    asked.push_back(std::move(one));
  }
  for (Asked& one : asked) {
    for (auto& [term, weight] : one.weights) {
      const double with = questions_with[term];
      weight *= std::log(1 + static_cast<double>(asked.size()) / with);
      if (with == 1) weight *= singleton_weight;
    }
    const double norm = Norm(one.weights);
    for (auto& [term, weight] : one.weights) weight /= norm;
  }
  return asked;
}

// Topics by the terms that they hold.
class Topics {
 public:
  explicit Topics(double min_similarity) : min_similarity_(min_similarity) {}

  // The nearest topic that is near enough; the first of several.
  std::optional<std::size_t> Nearest(const Weights& weights) const {
    absl::flat_hash_set<std::size_t> candidates;
    for (const auto& [term, weight] : weights) {
      const auto it = by_term_.find(term);
      if (it != by_term_.end()) candidates.insert(it->second.begin(), it->second.end());
    }
    std::optional<std::size_t> nearest;
    double most = min_similarity_;
    for (const std::size_t topic : candidates) {
      const double similarity = Product(weights, topics_[topic].sum) / Norm(topics_[topic].sum);
      const bool first = nearest.has_value() && similarity == most && topic < *nearest;
      if (similarity > most || first || (!nearest && similarity == most)) {
        nearest = topic;
        most = similarity;
      }
    }
    return nearest;
  }
  void Join(std::optional<std::size_t> topic, std::size_t member, const Weights& weights) {
    if (!topic.has_value()) {
      topic = topics_.size();
      topics_.emplace_back();
    }
    topics_[*topic].members.push_back(member);
    for (const auto& [term, weight] : weights) {
      double& sum = topics_[*topic].sum[term];
      if (sum == 0) by_term_[term].push_back(*topic);
      sum += weight;
    }
  }
  const std::vector<Topic>& all() const { return topics_; }

 private:
  const double min_similarity_;
  std::vector<Topic> topics_;
  absl::flat_hash_map<std::string, std::vector<std::size_t>> by_term_;
};

std::vector<Topic> Cluster(const std::vector<Asked>& asked, double min_similarity) {
  Topics topics(min_similarity);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    topics.Join(topics.Nearest(asked[i].weights), i, asked[i].weights);
  }
  std::vector<Topic> again(topics.all().size() + asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    // One that no topic suits any more stays alone.
    const std::size_t alone = topics.all().size() + i;
    Topic& topic = again[topics.Nearest(asked[i].weights).value_or(alone)];
    topic.members.push_back(i);
    for (const auto& [term, weight] : asked[i].weights) topic.sum[term] += weight;
  }
  std::erase_if(again, [](const Topic& topic) { return topic.members.empty(); });
  return again;
}

std::vector<std::string> TermsOf(const Topic& topic, const Spellings& spellings, std::size_t most) {
  std::vector<std::pair<double, std::string>> order;
  for (const auto& [term, weight] : topic.sum) order.emplace_back(-weight, term);
  std::sort(order.begin(), order.end());
  std::vector<std::string> terms;
  for (const auto& [weight, term] : order) {
    if (terms.size() == most) break;
    std::string word = spellings.Of(term);
    if (std::find(terms.begin(), terms.end(), word) == terms.end())
      terms.push_back(std::move(word));
  }
  return terms;
}

KnowledgeGap GapOf(const Topic& topic, const std::vector<UnansweredQuestion>& questions,
                   const std::vector<Asked>& asked, const Spellings& spellings,
                   const ClusterOptions& options) {
  KnowledgeGap gap;
  gap.question_count = static_cast<std::int64_t>(topic.members.size());
  gap.terms = TermsOf(topic, spellings, options.max_terms);
  gap.last_ask_time = absl::InfinitePast();
  std::vector<std::pair<double, std::size_t>> typical;
  std::map<std::string, int> articles;
  for (const std::size_t member : topic.members) {
    const UnansweredQuestion& question = questions[asked[member].index];
    gap.last_ask_time = std::max(gap.last_ask_time, question.ask_time);
    typical.emplace_back(-Product(asked[member].weights, topic.sum), member);
    if (!question.article_id.empty()) ++articles[question.article_id];
  }
  std::sort(typical.begin(), typical.end());
  for (const auto& [similarity, member] : typical) {
    if (gap.examples.size() == options.max_examples) break;
    const std::string& example = asked[member].masked;
    if (std::find(gap.examples.begin(), gap.examples.end(), example) == gap.examples.end()) {
      gap.examples.push_back(example);
    }
  }
  const auto most =
      std::max_element(articles.begin(), articles.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != articles.end()) gap.nearest_article = most->first;
  return gap;
}

}  // namespace

std::vector<KnowledgeGap> FindGaps(const std::vector<UnansweredQuestion>& questions,
                                   const ClusterOptions& options) {
  Spellings spellings;
  const std::vector<Asked> asked = WeighQuestions(questions, options.singleton_weight, spellings);
  std::vector<KnowledgeGap> gaps;
  for (const Topic& topic : Cluster(asked, options.min_similarity)) {
    gaps.push_back(GapOf(topic, questions, asked, spellings, options));
  }
  std::stable_sort(gaps.begin(), gaps.end(), [](const KnowledgeGap& a, const KnowledgeGap& b) {
    return std::tie(a.question_count, a.last_ask_time) >
           std::tie(b.question_count, b.last_ask_time);
  });
  return gaps;
}

}  // namespace clientele::qa
