#include "services/profile-service/core/media/video_sighting.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace clientele::profile {
namespace {

// Classes that are told of a picture.
constexpr std::size_t kMostClasses = 5;
constexpr double kLeastProbability = 0.1;
// Labels of objects that are told of a video.
constexpr std::size_t kMostLabels = 100;

template <typename T>
double Length(const std::vector<T>& vector) {
  double squares = 0;
  for (const T value : vector) squares += static_cast<double>(value) * value;
  return std::sqrt(squares);
}

}  // namespace

void KeepLikeliest(Sighting& sighting) {
  if (sighting.kind != SightingKind::kClasses) return;
  std::vector<SeenObject>& classes = sighting.objects;
  if (classes.size() > kMostClasses) classes.resize(kMostClasses);
  while (!classes.empty() && classes.back().score < kLeastProbability) classes.pop_back();
}

bool VideoSighting::Add(absl::Duration offset, const Sighting& frame) {
  if (frames_ > 0 && frame.model_id != of_all_.model_id) return false;
  ++frames_;
  of_all_.model_id = frame.model_id;
  of_all_.kind = frame.kind;
  of_all_.see_time = frame.see_time;
  std::map<std::string, const SeenObject*> highest;
  for (const SeenObject& object : frame.objects) {
    const SeenObject*& best = highest[object.label];
    if (best == nullptr || object.score > best->score) best = &object;
  }
  for (const auto& [name, object] : highest) {
    Label& label = labels_[name];
    label.scores += object->score;
    const bool seen = frame.kind == SightingKind::kObjects || object->score >= kLeastProbability;
    if (seen) ++label.frames;
    if (label.best.offset && object->score <= label.best.score) continue;
    label.best = *object;
    label.best.offset = offset;
  }
  AddVector(frame.vector);
  return true;
}

void VideoSighting::AddVector(const std::vector<float>& vector) {
  const double length = Length(vector);
  if (!(length > 0)) return;
  if (vector_.size() != vector.size()) vector_.assign(vector.size(), 0.0);
  for (std::size_t i = 0; i < vector.size(); ++i) vector_[i] += vector[i] / length;
}

Sighting VideoSighting::Finish() const {
  Sighting sighting = of_all_;
  for (const auto& [name, label] : labels_) {
    SeenObject& object = sighting.objects.emplace_back(label.best);
    object.frame_count = label.frames;
    if (sighting.kind != SightingKind::kClasses) continue;
    object.score = label.scores / frames_;
    object.offset.reset();
  }
  std::stable_sort(sighting.objects.begin(), sighting.objects.end(),
                   [](const SeenObject& a, const SeenObject& b) { return a.score > b.score; });
  KeepLikeliest(sighting);
  if (sighting.objects.size() > kMostLabels) sighting.objects.resize(kMostLabels);
  const double length = Length(vector_);
  if (!(length > 0)) return sighting;
  sighting.vector.reserve(vector_.size());
  for (const double value : vector_) sighting.vector.push_back(static_cast<float>(value / length));
  return sighting;
}

}  // namespace clientele::profile
