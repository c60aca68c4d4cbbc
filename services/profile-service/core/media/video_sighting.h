#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_VIDEO_SIGHTING_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_VIDEO_SIGHTING_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/profile-service/core/media/media.h"

namespace clientele::profile {

// Of all classes of an encoder those that are told of a picture: the likeliest few. Objects stay as
// they are.
void KeepLikeliest(Sighting& sighting);

// What one version of a model saw in a video, of what it saw in each frame:
//
//   VideoSighting seen;
//   for (const VideoFrame& frame : frames) seen.Add(frame.offset, SightingOf(frame));
//   Sighting sighting = seen.Finish();
//
// Of objects each label once, with the score, box and time of the frame that shows it best. Of
// classes the likeliest by the mean of all frames, without a time, and the normalized mean of the
// frames' normalized vectors. All say in how many frames they are seen. One thread.
class VideoSighting {
 public:
  // False, and the frame left out, for what another version saw than the frames before.
  bool Add(absl::Duration offset, const Sighting& frame);
  // Of no frame: nothing, by no model.
  Sighting Finish() const;

 private:
  struct Label {
    SeenObject best;
    double scores = 0;  // the sum of the highest of each frame
    int frames = 0;
  };
  void AddVector(const std::vector<float>& vector);

  Sighting of_all_;  // without objects
  std::map<std::string, Label> labels_;
  std::vector<double> vector_;
  int frames_ = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_MEDIA_VIDEO_SIGHTING_H_
