import json
import os
import tempfile
import unittest

import context
import cv2
import numpy as np

import configuration
from canvas import Canvas
from labels import Faults, Picture, read_coco, read_jsonl, read_sets
from skeleton import COCO17


class Labels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.images = folder.name, os.path.join(folder.name, 'images')
        self.json = context.write_coco(self.folder, pictures=3)

    def change(self, edit):
        with open(self.json, encoding='utf-8') as text:
            data = json.load(text)
        edit(data)
        with open(self.json, 'w', encoding='utf-8') as text:
            json.dump(data, text)

    def test_the_neck_is_the_middle_of_the_shoulders(self):
        picture = read_coco(self.json, self.images, Faults())[0]
        left, right = context.standing(20, 10, 80)[5], context.standing(20, 10, 80)[6]
        np.testing.assert_allclose(picture.keypoints[0, 1], [*(left[:2] + right[:2]) / 2, 1], atol=1e-4)

    def test_crowds_and_people_without_keypoints_are_ignored_boxes(self):
        def edit(data):
            data['annotations'][0]['iscrowd'] = 1
            data['annotations'][1]['keypoints'] = [0] * 51
        self.change(edit)
        first, second, third = read_coco(self.json, self.images, Faults())
        self.assertEqual([len(p.keypoints) for p in (first, second, third)], [0, 0, 1])
        self.assertEqual([p.ignored.tolist() for p in (first, second)], [[[20, 10, 40, 80]]] * 2)

    def test_an_annotation_without_an_image_is_counted_and_named(self):
        self.change(lambda data: data['annotations'].append({**data['annotations'][0], 'id': 77, 'image_id': 99}))
        faults = Faults()
        read_coco(self.json, self.images, faults)
        self.assertEqual(list(faults.lines()), ['1 annotations without an image: 77'])

    def test_what_is_no_person_is_neither_learnt_nor_ignored_but_counted_and_named(self):
        def edit(data):
            data['annotations'][0].update(category_id=3, keypoints=[])   # a car
            data['annotations'][1].update(category_id=18)                # a dog with 17 keypoints
            data['categories'].append({'id': 18, 'name': 'dog', 'keypoints': list(reversed(COCO17))})
        self.change(edit)
        faults = Faults()
        pictures = read_coco(self.json, self.images, faults)
        self.assertEqual([(len(p.keypoints), len(p.ignored)) for p in pictures], [(0, 0), (0, 0), (1, 0)])
        self.assertEqual(list(faults.lines()), ['2 annotations of another category than `person`: 0, 1'])

    def test_a_person_is_the_category_of_that_name_or_number_1_where_none_is_listed(self):
        def number(data):
            data['categories'][0]['id'] = 7
            data['annotations'][2]['category_id'] = 7
        self.change(number)
        self.assertEqual([len(p.keypoints) for p in read_coco(self.json, self.images, Faults())], [0, 0, 1])
        self.change(lambda data: data.pop('categories'))
        self.assertEqual([len(p.keypoints) for p in read_coco(self.json, self.images, Faults())], [1, 1, 0])
        self.change(lambda data: data.update(categories=[{'id': 1, 'name': 'cat'}, {'id': 2}]))
        with self.assertRaisesRegex(ValueError, 'people.json: no category is called `person`, but cat, None'):
            read_coco(self.json, self.images, Faults())

    def refused(self, read=read_coco):
        """Why the labels are refused, without the folder's name."""
        with self.assertRaises(ValueError) as refused:
            read(self.json, self.images, Faults())
        return str(refused.exception).replace(self.folder + os.sep, '')

    def test_truncated_json_is_refused_with_file_place_and_remedy(self):
        os.truncate(self.json, 13)
        self.assertRegex(self.refused(), r'^people.json: no valid JSON \(.*line 1 column 14.*\); mend it there, or copy it anew')

    def test_coco_json_that_lacks_something_is_refused_with_file_place_and_remedy(self):
        def changed(edit):
            context.write_coco(self.folder, pictures=3)
            self.change(edit)
            return self.refused()
        end = '; mend it there, or export the labels anew'
        self.assertEqual(changed(lambda data: data.pop('images')), 'people.json: `images` is missing, which must be a list of objects' + end)
        self.assertEqual(changed(lambda data: data.update(annotations=[3])), 'people.json: `annotations` is [3], but must be a list of objects' + end)
        self.assertEqual(changed(lambda data: data['images'][1].pop('file_name')), 'people.json: images[1]: `file_name` is missing, which must be a text' + end)
        self.assertEqual(changed(lambda data: data['categories'][0].pop('id')), 'people.json: the category `person`: `id` is missing, which must be a whole number or a text' + end)
        for wrong, said in (('bbox', 'which must be x, y, width and height'), ('image_id', 'which must be a whole number or a text')):
            self.assertEqual(changed(lambda data: data['annotations'][2].pop(wrong)), f'people.json: annotations[2] (id 2): `{wrong}` is missing, {said}{end}')
        self.assertEqual(changed(lambda data: data['images'].append(data['images'][0])), 'people.json: 4 images have 3 ids; each needs its own' + end)
        for wrong in ([1, 2, 3], [1, 2, 3, float('nan')], None):
            self.assertEqual(changed(lambda data: data['annotations'][2].update(bbox=wrong)),
                             f'people.json: annotations[2] (id 2): `bbox` is {json.dumps(wrong)}, but must be x, y, width and height{end}')
        self.assertIn('annotations[0] (id 0): `keypoints` is ["a"', changed(lambda data: data['annotations'][0].update(keypoints=['a'] * 51)))
        with open(self.json, 'w', encoding='utf-8') as text:
            text.write('[]')
        self.assertEqual(self.refused(), 'people.json: here must be an object, not []' + end)

    def test_a_line_that_lacks_something_is_refused_with_its_number_and_a_remedy(self):
        person = {'origin': 'coco', 'box': [0, 0, 20, 20], 'keypoints': [[10, 10, 2]] * 17}
        record = {'file': '0.png', 'set': 'a', 'people': [person]}

        def lines(*records):
            self.json = os.path.join(self.folder, 'labels.jsonl')
            with open(self.json, 'w', encoding='utf-8') as text:
                text.writelines(json.dumps(one) + '\n' for one in records)
            return self.refused(read_jsonl)
        end = '; mend it there, or export the labels anew'
        for key, kind in (('set', 'a text'), ('people', 'a list'), ('file', 'a text')):
            self.assertEqual(lines(record, {k: v for k, v in record.items() if k != key}), f'labels.jsonl:2: `{key}` is missing, which must be {kind}{end}')
        for key, kind in (('box', 'x, y, width and height'), ('keypoints', '17 times [x, y, confidence]'), ('origin', '`coco` or `pseudo` or `ignore`')):
            self.assertEqual(lines({**record, 'people': [person, {k: v for k, v in person.items() if k != key}]}), f'labels.jsonl:1: people[1]: `{key}` is missing, which must be {kind}{end}')
        self.assertEqual(lines({**record, 'people': [{**person, 'keypoints': [[1, 2]]}]}), f'labels.jsonl:1: people[0]: `keypoints` is [[1, 2]], but must be 17 times [x, y, confidence]{end}')
        self.assertEqual(lines({**record, 'people': [3]}), f'labels.jsonl:1: people[0]: here must be an object, not 3{end}')
        self.assertEqual(lines('a picture'), f'labels.jsonl:1: here must be an object, not "a picture"{end}')

    def test_a_line_that_is_no_utf8_is_counted_and_named(self):
        path = os.path.join(self.folder, 'labels.jsonl')
        with open(path, 'wb') as file:
            file.write(b'{"file": "\xff.png", "set": "a", "people": []}\n')
        faults = Faults()
        self.assertEqual(read_jsonl(path, self.images, faults), [])
        self.assertEqual(list(faults.lines()), [f'1 lines that are no JSON: {path}:1'])

    def test_missing_and_broken_pictures_are_counted_and_named_and_the_rest_is_used(self):
        os.remove(os.path.join(self.images, '0.png'))
        with open(os.path.join(self.images, '1.png'), 'wb') as file:
            file.write(b'no picture')
        faults = Faults()
        canvas = Canvas(read_coco(self.json, self.images, faults), 96, 'cpu', faults)
        self.assertEqual(len(canvas), 1)
        self.assertEqual([line.split(':')[0] for line in faults.lines()], ['1 pictures that are missing', '1 pictures that are broken'])
        self.assertTrue(faults.found['pictures that are broken'][0].endswith('1.png'))

    def test_a_picture_of_another_size_than_its_labels_is_left_out_and_named(self):
        self.change(lambda data: data['images'][1].update(width=192, height=192))
        faults = Faults()
        self.assertEqual(len(Canvas(read_coco(self.json, self.images, faults), 96, 'cpu', faults)), 2)
        self.assertEqual([line.split(':')[0] for line in faults.lines()], ['1 pictures of another size than their labels state'])

    def test_another_order_of_keypoints_is_refused(self):
        self.change(lambda data: data['categories'][0].update(keypoints=list(COCO17)))
        self.assertEqual(len(read_coco(self.json, self.images, Faults())), 3)
        self.change(lambda data: data['categories'][0].update(keypoints=list(reversed(COCO17))))
        with self.assertRaisesRegex(ValueError, 'in another order: right_ankle'):
            read_coco(self.json, self.images, Faults())

    def test_a_truncated_picture_is_broken_even_where_opencv_would_fill_it_with_grey(self):
        whole = {kind: cv2.imencode(kind, np.random.default_rng(3).integers(0, 255, (96, 96, 3), np.uint8))[1].tobytes() for kind in ('.jpg', '.png', '.webp')}
        for share, broken in ((1, []), (.7, ['0.png', '1.png', '2.png'])):
            for i, data in enumerate(whole.values()):   # the name says nothing of what is in the file
                with open(os.path.join(self.images, f'{i}.png'), 'wb') as file:
                    file.write(data[:int(len(data) * share)])
            with open(os.path.join(self.images, '3.png'), 'wb') as file:
                file.write(whole['.png'])
            pictures, faults = read_coco(self.json, self.images, Faults()), Faults()
            pictures.append(Picture(os.path.join(self.images, '3.png'), '', *(np.zeros(shape, np.float32) for shape in ((0, 18, 3), (0, 4), (0, 4)))))
            self.assertEqual(len(Canvas(pictures, 96, 'cpu', faults)), 4 - len(broken))
            self.assertEqual([os.path.basename(name) for name in faults.found.get('pictures that are broken', [])], broken)

    def test_a_set_without_a_readable_picture_is_refused(self):
        with self.assertRaisesRegex(ValueError, 'no picture could be read'):
            faults = Faults()
            Canvas(read_coco(self.json, os.path.join(self.folder, 'elsewhere'), faults), 96, 'cpu', faults)

    def test_a_large_picture_and_its_labels_shrink_together(self):
        whole, half = (Canvas(read_coco(self.json, self.images, Faults()), side, 'cpu', Faults()) for side in (96, 48))
        np.testing.assert_allclose((whole.pictures[0].keypoints[0, :, :2] + .5) / 2 - .5, half.pictures[0].keypoints[0, :, :2], atol=1e-4)
        self.assertEqual(half.sizes[0], (48, 48))

    def test_the_projects_own_form_gives_known_doubtful_and_unknown_keypoints(self):
        points = [[10, 10, c] for c in (.9, .2, .05)] + [[10, 10, .9]] * 14
        person = {'origin': 'pseudo', 'score': .5, 'box': [0, 0, 20, 20], 'keypoints': points}
        record = {'n': 0, 'file': '0.png', 'set': 'a', 'width': 96, 'height': 96, 'people': [person, {'origin': 'ignore', 'score': .2, 'box': [50, 50, 9, 9]}]}
        path = os.path.join(self.folder, 'labels.jsonl')
        with open(path, 'w', encoding='utf-8') as text:
            text.write(json.dumps(record) + '\n' + json.dumps({**record, 'set': 'b'}) + '\nnot json\n')
        faults = Faults()
        pictures = read_jsonl(path, self.images, faults, without=['b'])
        self.assertEqual(len(pictures), 1)
        self.assertAlmostEqual(pictures[0].keypoints[0, 0, 2], 1)     # nose
        self.assertAlmostEqual(pictures[0].keypoints[0, 15, 2], .2, places=5)   # left eye
        self.assertAlmostEqual(pictures[0].keypoints[0, 14, 2], 0)    # right eye
        self.assertEqual(len(pictures[0].ignored), 1)
        self.assertEqual(list(faults.lines()), [f'1 lines that are no JSON: {path}:3'])

    def test_leaving_sets_out_of_coco_json_is_refused(self):
        with self.assertRaisesRegex(ValueError, 'COCO JSON has none'):
            read_sets([{'labels': self.json, 'images': self.images, 'without': ['x']}], Faults())


class Configuration(unittest.TestCase):
    def test_every_unknown_key_is_named_at_once(self):
        with self.assertRaisesRegex(ValueError, 'teacher.fil is not known; stepz is not known; network is missing; sets is missing'):
            configuration.parse({'teacher': {'fil': 'x'}, 'stepz': 3})

    def test_every_value_of_a_wrong_type_or_range_is_named_at_once(self):
        with self.assertRaises(ValueError) as refused:
            configuration.parse({'network': {}, 'sets': [{'labels': 'a.json'}, 3], 'teacher': None, 'steps': 'many', 'batch': 0, 'crop_px': 100, 'bf16': 1, 'colours': {'blur': 3}})
        for fault in ('sets[0].images must be a text', 'sets[1] must be an object', 'teacher must be an object', 'steps must be a whole number, not "many"', 'batch is 0; it must be 1 or more',
                      'crop_px is 100; it must be a multiple of 8', 'bf16 must be true or false, not 1', 'colours.blur is 3'):
            self.assertIn(fault, str(refused.exception))

    def test_a_file_that_is_broken_or_wrong_is_refused_by_its_name(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'run.json')
            for text, overrides, said in (
                    ('{"network": {', [], r'run.json: no valid JSON \(.*line 1 column 14.*\); mend it there'),
                    ('[3]', ['steps=3'], 'run.json: configuration: it must be an object'),
                    ('{"name": "s"}', [], 'run.json: configuration: network is missing; sets is missing; .*all keys and their defaults are in training/configuration.py'),
                    ('{"name": "s"}', ['name.of=3'], 'run.json: --set name.of=3: `name` is no section')):
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(text)
                with self.assertRaisesRegex(ValueError, said):
                    configuration.read(path, overrides)

    def test_pruning_without_a_teacher_is_refused_before_pictures_are_read(self):
        with self.assertRaisesRegex(ValueError, 'teacher.file or prune_from must name the network to prune'):
            configuration.parse({'network': {}, 'sets': [{'labels': 'a', 'images': 'b'}]})

    def test_the_shipped_configurations_are_whole(self):
        folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'configs')
        from network import PoseNet, macs
        budget = {'edgepose-s.json': .25, 'edgepose-n.json': .1}
        teacher = macs(PoseNet({}), 368, 368)
        for name in sorted(os.listdir(folder)):
            config = configuration.read(os.path.join(folder, name))
            if name in budget:
                self.assertLessEqual(macs(PoseNet(config.network), 368, 368), budget[name] * teacher, name)


if __name__ == '__main__':
    unittest.main()
